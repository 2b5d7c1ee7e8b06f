/**
 * What a setting is: a number, a choice, a switch or a text, with its limits and words. Labs and
 * tasks speak of what a reader can set in this one way.
 */

/** What a change of the setting does to a running model. */
export type Change =
  /** One small buffer is written: the next step uses it. */
  | 'live'
  /** The step is captured again; parameters and optimizer state stay. */
  | 'rebuild'
  /** The shapes or the data change: training starts anew. */
  | 'restart';

interface Common {
  label: string;
  /** As in the equations, TeX-free: "α", "E", "k". */
  symbol?: string;
  /** One sentence: what it does. */
  help: string;
  change: Change;
  /** Glossary entry, where there is one. */
  term?: string;
}

export interface NumberSetting extends Common {
  kind: 'number';
  min: number;
  max: number;
  /** Distance between slider stops; on a log scale, the number of stops per decade. */
  step: number;
  scale?: 'linear' | 'log';
  integer?: boolean;
  /** Log scales cannot show 0; this adds it as the lowest stop ("off"). */
  zero?: boolean;
  default: number;
  unit?: string;
}

export interface ChoiceSetting extends Common {
  kind: 'choice';
  /** The values, or the folder of src/model whose members they are. */
  options:
    | { value: string; label: string }[]
    | { members: 'routers' | 'balancing' | 'tasks' | 'optimizers' };
  default: string;
}

export interface SwitchSetting extends Common {
  kind: 'switch';
  default: boolean;
}

export interface TextSetting extends Common {
  kind: 'text';
  default: string;
  /** Most characters; 200 unless said. */
  most?: number;
}

export type Setting = NumberSetting | ChoiceSetting | SwitchSetting | TextSetting;

/** The value that a setting takes, by its kind. */
export type ValueOf<S extends { kind: Setting['kind'] }> = S['kind'] extends 'number'
  ? number
  : S['kind'] extends 'switch'
    ? boolean
    : string;
