/** What a lab's PyTorch is made of: programs in Python, and what a run's settings make of them. */
import type { Inputs, Settings, SettingValue } from '../../model/experiments/types';

/** One cell of a notebook. */
export interface Cell {
  kind: 'markdown' | 'code';
  text: string;
}

/** A run that is to be written down in PyTorch. */
export interface Asked {
  /** Name of the lab, and of its experiment. */
  lab: string;
  experiment: string;
  /** What the lab shows, a sentence or two. */
  caption: string;
  settings: Settings;
  seed: number;
  steps: number;
  inputs?: Inputs;
  /** Where this run opens again. */
  address?: string;
  /** Which run of a race or a sweep it is. */
  lane?: string;
  /** Declarations of the library that the reader had changed, in their own words. */
  edits?: { file: string; name: string; source: string }[];
  /** What was changed while it ran. */
  events?: { step: number; words: string }[];
}

/** What a run's settings make of a program. */
export interface Filled {
  /** Which of the conditional lines stay, by the names in the program. */
  flags?: Record<string, boolean>;
  /** What stands where the program includes something: texts in Python, by name. */
  includes?: Record<string, string>;
  /** What the program writes as `given.name`. */
  given?: Record<string, Literal>;
  /** Constants of the experiment beside the reader's settings. */
  constants?: Settings;
}

/** What Python can hold as a literal. */
export type Literal = SettingValue | null | Literal[];

/** One file under experiments/<theme>/: an experiment in PyTorch. */
export interface Writer {
  /** The Python program, in the percent format: see cells.ts. */
  program: string;
  /** The experiment's metrics that the program's `losses` hold, a number or a row for each step. */
  compares: string | string[];
  /** Throws a sentence for what cannot be written down. */
  fill?(asked: Asked): Filled | Promise<Filled>;
  /** What of the lab the program leaves out, as a sentence for the menu. */
  leavesOut?: string;
}

/** An experiment that has no PyTorch, and why: a sentence for the menu. */
export interface NoWriter {
  none: string;
}
