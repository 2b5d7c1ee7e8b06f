/** What a lab is, for the page: plain data and words. No TensorFlow.js here. */
import type { PlotOptions, Scale, ScaleName } from '@observablehq/plot';
import type { ComponentType } from 'preact';
import type {
  Facts,
  InputKind,
  Inputs,
  Plain,
  Settings,
  SettingValue,
} from '../model/experiments/types';
import type { SettingName } from '../model/settings';
import type { Setting } from '../model/settings/types';

/** Everything a figure may draw: a live run, a recorded one and a past one look the same. */
export interface RunData {
  settings: Settings;
  seed: number;
  /** What the session said of itself once and for all. */
  facts?: Facts;
  /** Steps taken. */
  step: number;
  /** The recorded steps, ascending: bounded in number, so a long run is thinned. */
  steps: number[];
  /** Device seconds spent up to each recorded step. */
  seconds?: number[];
  /** Metric → one row per recorded step; a scalar is a row of one. */
  metrics: Record<string, number[][]>;
  /** Latest value of each probe. */
  probes: Record<string, { shape: number[]; data: ArrayLike<number> }>;
  /** Latest answer to each of the lab's standing questions (`asks`). */
  answers?: Record<string, Plain>;
  /** What the reader changed while it ran. */
  events: { step: number; words: string }[];
  /** Declarations that differ from the library's, "file#name", or their files: no run of the library's. */
  code?: string[];
  /** A short name, where several runs stand in one figure. */
  label?: string;
  /** Probes and answers of earlier steps, ascending and bounded in number: for scrubbing back. */
  keyframes?: Keyframe[];
  /**
   * The runs of a race or a sweep, in the order of the plan; the run itself then has no rows of
   * its own: its `step` counts the steps of all lanes.
   */
  lanes?: Lane[];
}

export interface Keyframe {
  step: number;
  probes: RunData['probes'];
  answers?: RunData['answers'];
}

/** One run of several. */
export interface Lane extends RunData {
  name: string;
  label: string;
  /** Where it came to an end before the others: done, diverged or refused, in words. */
  ended?: { how: 'done' | 'diverged' | 'refused'; words: string };
}

/** A run that can be told from all others: kept, compared, exported. */
export interface Run extends RunData {
  id: string;
  lab: string;
  origin: 'here' | 'recorded' | 'imported';
  /** ISO date and time of its first step. */
  started?: string;
  inputs?: Inputs;
  /** The same as an address says it; empty where they are the recorded run's. */
  inputWords?: Record<string, string>;
  /** Computed once, when the run rests. */
  findings?: Findings;
}

/** Named numbers of a run: titles, descriptions, goals, past runs and the prose read them. */
export type Findings = Record<string, number>;

/** One change of the library's text. */
export interface CodeChange {
  /** "src/model/networks/mlp.ts" */
  file: string;
  from: string;
  to: string;
}

/** How one run under public/runs is made. */
export interface Recording {
  /** What differs from the lab's defaults. */
  settings: Settings;
  /**
   * What stands in the library's text instead, for the runs that an exercise's change of code
   * gives: the part of a file, which has to stand there once, and what a reader puts there.
   */
  code?: CodeChange[];
  /** Changes made while it runs, ascending: each is sent once `step` steps are taken. */
  changes?: { step: number; name: string; value: SettingValue }[];
  /** Of the run that is kept whole: 1 unless said. */
  seed?: number;
  /** How many seeds the findings are taken of, the run's own the first: 8 unless said. */
  seeds?: number;
  /** The lab's own unless said. */
  lastStep?: number;
  /** Name of one of the lab's presets, the first unless said. */
  preset?: string;
  /**
   * The trained model of another lab's recording (its variant `default` unless said), handed in as
   * the one input of kind `model` that this lab's experiment takes. With `eachSeed` every seed gets
   * a model that was trained with the same seed, so that findings are of several models.
   */
  model?: { lab: string; variant?: string; eachSeed?: boolean };
}

/** A run kept under public/runs, with the numbers the prose quotes. */
export interface RecordedRun extends RunData {
  lab: string;
  variant: string;
  /** Named findings of the run (`Measured` reads them). */
  findings: Findings;
  /** The same over seeds, the run's own first. */
  seeds?: { seed: number; findings: Findings }[];
  backend: string;
}

/** What the figures of a race measure progress by. */
export type Axis = 'steps' | 'flops' | 'seconds';

export interface ViewProps {
  run: RunData;
  /** Width and height of the drawing area in CSS pixels; the SVG's viewBox. */
  width: number;
  height: number;
  /** Past runs to draw faintly behind, oldest first. */
  past?: RunData[];
  /** The page's own run, for figures that let it stand in until the reader's has something to show. */
  recorded?: RunData;
  /** Steps the run is planned to take, so that a time axis need not be rescaled as it goes. */
  lastStep?: number;
  /** What a race's x axis counts; steps unless said. */
  axis?: Axis;
  /** What the page handed to the experiment, if anything (a drawn function). */
  inputs?: Inputs;
  /** Hands other inputs to the experiment; absent where the figure is only read. */
  onInputs?(inputs: Inputs): void;
  /** What is set, which the run need not have been made with yet. */
  settings?: Settings;
  /** Settings that a teacher's link leaves out, or shows without letting them change. */
  locked?: string[];
  /** Turns some of the lab's settings, for figures that are also controls; absent where only read. */
  onSettings?(changes: Settings): void;
  /** Asks an act of the session; rejects with a sentence. Absent where nothing is computed. */
  ask?(act: string, asked?: { [name: string]: Plain }, lane?: number): Promise<Plain>;
}

/** A chart of Observable Plot, or several in one frame: panels differ in their margins. */
export type PlotSpec = PlotOptions | PlotOptions[];

/** A scale of a chart as it stands, with `apply` and `invert`; none where it has no such axis. */
export type ScaleOf = (name: ScaleName) => Scale | undefined;

/** What a layer upon a chart gets: the same, and where things stand in the chart below. */
export interface LayerProps extends ViewProps {
  scale: ScaleOf;
}

interface Seen {
  name: string;
  /** What it looks at in a run: held against the recorded runs of every lab that shows it. */
  reads: {
    metrics?: string[];
    probes?: string[];
    facts?: string[];
    answers?: string[];
    /** Names of any kind that it shows where a run has them. */
    maybe?: string[];
  };
  /**
   * Style files under src/views that it needs beside what all labs have, by name and in this order:
   * "journey" is src/views/journey.css. A page loads those of the views that it shows.
   */
  styles?: string[];
  /** Height over width of the drawing area; of a page, of the room it takes at first. */
  aspect: number;
  /** The same below 520 px of width, where a figure may need more height. */
  narrowAspect?: number;
  /** The state of the picture in words, for its text alternative. */
  describe(run: RunData, axis?: Axis): string;
  /** The numbers behind the picture, for the data table. */
  table(run: RunData): { columns: string[]; rows: (string | number)[][] };
}

/** A picture with axes: rows → chart, a pure function. */
export interface ChartView extends Seen {
  kind?: 'picture';
  plot(props: ViewProps): PlotSpec;
  /** What a reader can act on, above the picture and not part of it: the picture is an image. */
  Layer?: ComponentType<LayerProps>;
  Draw?: undefined;
}

/** A picture without axes (`Draw` gives the inside of an SVG), or a page (`Draw` gives HTML). */
export interface DrawnView extends Seen {
  /**
   * `picture`: SVG in a frame of fixed shape. `page`: HTML as tall as it needs (text tinted by
   * expert, a table of tokens).
   */
  kind?: 'picture' | 'page';
  Draw: ComponentType<ViewProps>;
  plot?: undefined;
}

/**
 * One file under views/. Drawn at build for the first frame and again in the browser as the run
 * goes on. Letters go with colours; text is never baked in pixels.
 */
export type View = ChartView | DrawnView;

/** A lab narrows the table of settings: only what is listed can be set. */
export type Controls = Partial<
  Record<
    SettingName,
    Partial<Setting> & {
      group?: string;
      /** Of a choice, the values that make sense here, in this order. */
      only?: string[];
      /** Of a choice of tasks, the task options that a reader can set; all unless said. */
      items?: string[];
    }
  >
>;

export interface Goal {
  name: string;
  words: string;
  /** `answers` holds the reader's choice by question, where the lab asks any. */
  met(run: RunData, answers: Record<string, string>, findings: Findings): boolean;
}

export interface Question {
  name: string;
  words: string;
  options: { value: string; label: string }[];
}

/** One contestant of a race, or one cell of a sweep: what differs from the lab's settings. */
export interface PlannedLane {
  name: string;
  label: string;
  settings: Settings;
  /** The lab's seed unless said. */
  seed?: number;
}

/**
 * What Play does. `one` session trains; a `race` trains several side by side; a `sweep` trains
 * many, one after another, and shows what is done so far (models whose shapes agree train in one
 * step of one session instead: that is an experiment of its own, and the plan is `one`);
 * `simulate` replays without a gradient; a `table` is computed at once and has no Play.
 */
export type Plan =
  | { kind: 'one' }
  | { kind: 'race'; lanes(settings: Settings): PlannedLane[]; axes?: Axis[] }
  | { kind: 'sweep'; lanes(settings: Settings): PlannedLane[]; lastStep?: number }
  | { kind: 'simulate' }
  | {
      kind: 'table';
      /** The inputs it takes, by name; an experiment declares its own. */
      takes?: Record<string, InputKind>;
      /** What a seed draws, where it draws anything: the bar then has a button for another. */
      draws?: string;
      compute(settings: Settings, inputs: Inputs, seed: number): TableRun;
    };

/** What a table computes: facts, rows and probes, all at once. Throws a sentence for the reader. */
export type TableRun = Pick<RunData, 'facts' | 'metrics' | 'probes'>;

/** A standing question to the running session: its latest answer is part of the run. */
export interface Asked {
  /** The act that answers it. */
  act: string;
  /** Milliseconds between two askings while it trains; it is asked at rest in any case. */
  every: number;
  /** What it is asked with; nothing unless said. */
  with?(settings: Settings): { [name: string]: Plain };
}

/** Inputs to choose from by name (target functions, texts); the lab's first is its default. */
export interface Preset {
  name: string;
  label: string;
  inputs(): Inputs;
}

/** One file under labs/<theme>/. */
export interface LabDescription {
  name: string;
  /** File under src/model/experiments; none for a table. */
  experiment?: string;
  /** `{ kind: 'one' }` unless said. */
  plan?: Plan;
  /** The finding, not the topic: follows the run ("Two experts take 94 % of the tokens"). */
  title(run: RunData, findings: Findings): string;
  caption: string;
  controls: Controls;
  /** Values the experiment needs and the reader does not set. */
  fixed?: Settings;
  /** Main ones stand above the controls, halves behind them, and below those what needs more room. */
  views: { view: View; label?: string; size?: 'main' | 'half' | 'below' }[];
  /** Steps after which the run is done. */
  lastStep: number;
  /** Standing questions by the name of their answers. */
  asks?: Record<string, Asked>;
  /** The run in one or two sentences, for the readout and the screen reader. */
  describe(run: RunData, findings: Findings): string;
  /**
   * Named numbers of a run, quoted by the prose and checked by goals: the one place where they are
   * computed. Titles, descriptions and goals are handed them.
   */
  findings(run: RunData): Findings;
  /** Findings that stand beside the figure as a strip of the recorded seeds, and how to say them. */
  strip?: { finding: string; label: string; format?: 'number' | 'percent'; unit?: string }[];
  /** What a reader may try to reach; exercises point at them by name. */
  goals?: Goal[];
  /** What the reader is asked about the figure; goals may ask whether it was answered. */
  questions?: Question[];
  /** The form of the model inside, where the session hands one out: it can be kept and exported. */
  model?: string;
  /** A short name for a run, written at its curve where several stand in one figure. */
  nameRun?(run: RunData): string;
  /** Whether a curve has a point for each keyframe: then the page keeps them, many numbers or not. */
  drawsKeyframes?: boolean;
  /** Recorded runs that stand behind the first figure, by variant. */
  behind?: string[];
  /**
   * Runs that `npm run record` makes; "default" is the first frame. Plain settings stand for a
   * recording without changes; `recordingsOf` in recordings.ts reads both.
   */
  recorded: Record<string, Settings | Recording>;
  presets?: Preset[];
}
