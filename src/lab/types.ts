/** What a lab is, for the page: plain data and words. No TensorFlow.js here. */
import type { ComponentType } from 'preact';
import type { Hyperparameter, HyperparameterName } from '../model/settings/hyperparameters';
import type { Inputs, Settings, SettingValue } from '../model/types';

/** Everything a figure may draw: a live run, a recorded one and a past one look the same. */
export interface RunData {
  settings: Settings;
  seed: number;
  /** Steps taken. */
  step: number;
  /** The recorded steps, ascending: bounded in number, so a long run is thinned. */
  steps: number[];
  /** Metric → one row per recorded step; a scalar is a row of one. */
  metrics: Record<string, number[][]>;
  /** Latest value of each probe. */
  probes: Record<string, { shape: number[]; data: ArrayLike<number> }>;
  /** What the reader changed while it ran. */
  events: { step: number; words: string }[];
  /** A short name, where several runs stand in one figure. */
  label?: string;
  /** Probes of earlier steps, ascending and bounded in number: what scrubbing back shows. */
  keyframes?: Keyframe[];
}

export interface Keyframe {
  step: number;
  probes: RunData['probes'];
}

/** How one run under public/runs is made. */
export interface Recording {
  /** What differs from the lab's defaults. */
  settings: Settings;
  /** Changes made while it runs, ascending: each is sent once `step` steps are taken. */
  changes?: { step: number; name: string; value: SettingValue }[];
  /** 1 unless said. */
  seed?: number;
  /** The lab's own unless said. */
  lastStep?: number;
  /** Name of one of the lab's presets, the first unless said. */
  preset?: string;
}

/** A run kept under public/runs, with the numbers the prose quotes. */
export interface RecordedRun extends RunData {
  lab: string;
  variant: string;
  /** Named findings of the run (`Measured` reads them). */
  findings: Record<string, number>;
  backend: string;
}

export interface ViewProps {
  run: RunData;
  /** Width and height of the drawing area in CSS pixels; the SVG's viewBox. */
  width: number;
  height: number;
  /** Past runs to draw faintly behind, oldest first. */
  past?: RunData[];
  /** Steps the run is planned to take, so that a time axis need not be rescaled as it goes. */
  lastStep?: number;
  /** What the page handed to the experiment, if anything (a drawn function). */
  inputs?: Inputs;
  /** Hands other inputs to the experiment; absent where the figure is only read. */
  onInputs?(inputs: Inputs): void;
}

/**
 * One file under views/: rows → SVG, a pure function. Drawn at build for the first frame and
 * again in the browser as the run goes on. Letters go with colours; text is never baked in pixels.
 */
export interface View {
  name: string;
  /** Height over width of the drawing area. */
  aspect: number;
  /** The same below 520 px of width, where a figure may need more height. */
  narrowAspect?: number;
  Draw: ComponentType<ViewProps>;
  /** What a reader can act on, above the picture and not part of it: the picture is an image. */
  Layer?: ComponentType<ViewProps>;
  /** The state of the picture in words, for its text alternative. */
  describe(run: RunData): string;
  /** The numbers behind the picture, for the data table. */
  table(run: RunData): { columns: string[]; rows: (string | number)[][] };
}

/** A lab narrows the hyperparameter table: only what is listed can be set. */
export type Controls = Partial<
  Record<
    HyperparameterName,
    Partial<Hyperparameter> & {
      group?: string;
      /** Of a choice, the values that make sense here, in this order. */
      only?: string[];
    }
  >
>;

export interface Goal {
  name: string;
  words: string;
  /** `answers` holds the reader's choice by question, where the lab asks any. */
  met(run: RunData, answers: Record<string, string>): boolean;
}

export interface Question {
  name: string;
  words: string;
  options: { value: string; label: string }[];
}

/** One file under labs/. */
export interface LabDescription {
  name: string;
  /** File under src/model/experiments. */
  experiment: string;
  /** The finding, not the topic: follows the run ("Two experts take 94 % of the tokens"). */
  title(run: RunData): string;
  caption: string;
  controls: Controls;
  /** Values the experiment needs and the reader does not set. */
  fixed?: Settings;
  views: { view: View; label?: string; size?: 'main' | 'half' }[];
  /** Steps after which the run is done. */
  lastStep: number;
  /** The run in one or two sentences, for the readout and the screen reader. */
  describe(run: RunData): string;
  /** Named numbers of a run, quoted by the prose and checked by goals. */
  findings(run: RunData): Record<string, number>;
  /** What a reader may try to reach; exercises point at them by name. */
  goals?: Goal[];
  /** What the reader is asked about the figure; goals may ask whether it was answered. */
  questions?: Question[];
  /** A short name for a run, written at its curve where several stand in one figure. */
  nameRun?(run: RunData): string;
  /** Recorded runs that stand behind the first figure, by variant. */
  behind?: string[];
  /**
   * Runs that `npm run record` makes; "default" is the first frame. Plain settings stand for a
   * recording without changes; `recordingsOf` in recordings.ts reads both.
   */
  recorded: Record<string, Settings | Recording>;
  /** Inputs to choose from by name (target functions), the default first. */
  presets?: { name: string; label: string; inputs(): Inputs }[];
}
