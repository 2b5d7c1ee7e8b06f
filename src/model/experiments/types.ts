/**
 * The contract between a lab's computation and everything around it: what an experiment declares
 * and what a session of it gives. One file of experiments/<theme>/ is one experiment.
 */
import type { Scalar, Tensor } from '../../tensor/tf';
import type { SettingName, SettingValues } from '../settings';
import type { Params, RandomKey, TaskOptions } from '../types';

/** A value a reader can set, and all of a run's by name: what a lab resolves and an address says. */
export type SettingValue = number | string | boolean;
export type Settings = Record<string, SettingValue>;

/** Plain data: what JSON can say. It crosses from worker to page and is kept in files. */
export type Plain = number | string | boolean | null | Plain[] | { [name: string]: Plain };

/** Numbers on a device's own terms: a drawn curve, pasted points, weights. */
export interface Numbers {
  shape: number[];
  data: Float32Array;
}

/**
 * What the page hands in beside settings, by name. Numbers are on the device while a step runs and
 * may be replaced by others of the same shape without a new start; text, configurations and models
 * are read by `start` alone.
 */
export type Input = Numbers | { text: string } | { configuration: Plain } | { model: Model };
export type Inputs = Record<string, Input>;

/** Kinds of inputs: each has a codec, presets, an editor, limits and refusals under src/lab/inputs. */
export type InputKind = 'curve' | 'points' | 'numbers' | 'text' | 'configuration' | 'model';

/** Weights that travel from one lab to another, or in and out as a file. */
export interface Model {
  /** Which family of architectures it is of: what an experiment that takes it asks for. */
  form: string;
  /** What the form needs to be built again (width, layers, vocabulary …). */
  about: { [name: string]: Plain };
  weights: Record<string, Numbers>;
}

/** What is known of a run once and for all: swept values, vocabulary, sizes, costs of a step. */
export interface Facts {
  /** Trained numbers, and those at work on one token or point. */
  parameters?: number;
  active?: number;
  /** Floating-point operations of one training step. */
  flopsPerStep?: number;
  /** Tokens, points or rows that one step learns from. */
  tokensPerStep?: number;
  [name: string]: Plain | undefined;
}

/** One number, or row of numbers, that every step gives. */
export interface Metric {
  /** As an axis says it: "cross-entropy", "share of the tokens". */
  label: string;
  /** "nats", "steps", "bytes" …; none for pure numbers. */
  unit?: string;
}

interface Declared {
  name: string;
  /** Every setting it looks at; of these alone a lab's run is made, kept, compared and addressed. */
  reads: readonly SettingName[];
  /** The inputs it takes, by name. */
  takes?: Record<string, InputKind>;
  /** What each step gives, in order. */
  metrics: Record<string, Metric>;
  /** True where nothing is drawn by chance: every seed gives the same. */
  seedless?: boolean;
  /** Inputs used until the page hands in others. */
  defaultInputs?(settings: Settings): Inputs;
}

/**
 * A model that is trained. `start` may use the CPU freely; `step` may not: it becomes a captured
 * list of GPU commands (see src/engine).
 */
export interface TrainingExperiment extends Declared {
  /** The metric that must stay a number: a run ends where it does not. `loss` unless said. */
  finite?: string;
  /**
   * Throws an Error whose message is a sentence for the reader if settings or inputs cannot work
   * together ("topK 4 needs at least 4 experts; there are 2").
   */
  start(settings: Settings, seed: number, inputs: Inputs): Session;
}

/** Something replayed without a gradient: a cache, a queue, a network over a trace. */
export interface SimulatingExperiment extends Declared {
  /** Throws as `start` does. */
  simulate(settings: Settings, seed: number, inputs: Inputs): Simulation;
}

export type Experiment = TrainingExperiment | SimulatingExperiment;

export interface Session {
  /**
   * Everything that a step changes: parameters, optimizer moments, selection bias.
   * The engine owns these tensors from here on. Step counting is the engine's.
   */
  state: Params;
  /** Names of settings that `step` reads from `live` rather than from `settings`. */
  live: readonly string[];
  facts?: Facts;
  /**
   * One training step: a pure function on the device, called inside tf.tidy.
   * Reads `now`, returns the next state (same names and shapes) and the step's metrics
   * (each a scalar or a vector, float32, of constant width, by the names the experiment declares).
   * Metrics are tensors of their own, not parts of the state: they are released once they are read.
   */
  step(now: StepInput): { state: Params; metrics: Record<string, Tensor> };
  /** What the figures show of the state, computed a few times a second, not each step. */
  probes?: Record<string, (now: StepInput) => Tensor>;
  /** Questions that the page asks now and then; they may read back and take their time. */
  acts?: Record<string, Act>;
  /** The model inside, for other labs: weights of the state by the names that its form gives. */
  model?(now: StepInput): Promise<Model>;
  /** Releases what `start` kept on the device beside the state (data sets, constants). */
  dispose?(): void;
}

/**
 * `generate`, `route this token`, `knock out expert C`. Throws a sentence for what it refuses.
 * Not inside tf.tidy: it disposes what it makes. The state is only lent.
 */
export type Act = (now: StepInput, asked: { [name: string]: Plain }) => Promise<Plain>;

export interface StepInput {
  state: Params;
  /** Live settings, each a float32 scalar on the device. */
  live: Record<string, Scalar>;
  /** The page's numbers on the device. */
  inputs: Record<string, Tensor>;
  /** Random numbers of this step. */
  random: RandomKey;
}

/** One run of a simulation: plain numbers, no tensors. Equal settings and seeds give equal rows. */
export interface Simulation {
  facts?: Facts;
  /** Settings that `step` looks up anew each time, so that they may change on the way. */
  live?: readonly string[];
  /** Steps until it is over, where it ends by itself. */
  lastStep?: number;
  /** The next step's row of each metric. `live` holds the values of the live settings. */
  step(live: Record<string, number>): Record<string, number | ArrayLike<number>>;
  /** What the figures show of where it stands. */
  probes?(): Record<string, Numbers>;
  acts?: Record<string, (asked: { [name: string]: Plain }) => Plain | Promise<Plain>>;
}

/** Of declared settings, each as the table's kind says: for `start` of an experiment. */
export const read = <Name extends SettingName>(
  settings: Settings,
  names: readonly Name[],
): Pick<SettingValues, Name> => {
  const missing = names.filter((name) => settings[name] === undefined);
  if (missing.length)
    throw new Error(`The experiment reads ${missing.join(', ')}, which nothing sets.`);
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as Pick<
    SettingValues,
    Name
  >;
};

/**
 * Of a setting that names a task, the options that stand beside it ("task.items"): what
 * `Task.shape` and `Task.sample` take.
 */
export const optionsOf = (settings: Settings, setting = 'task'): TaskOptions =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([name]) => name.startsWith(`${setting}.`))
      .map(([name, value]) => [name.slice(setting.length + 1), value as number | string]),
  );

/** An input that must be numbers, where it is given. */
export const numbers = (inputs: Inputs | undefined, name: string): Numbers | undefined => {
  const input = inputs?.[name];
  return input && 'data' in input ? input : undefined;
};

/** The inputs that are numbers: what a step may read. */
export const numbersOf = (inputs: Inputs): Record<string, Numbers> =>
  Object.fromEntries(
    Object.entries(inputs).filter((entry): entry is [string, Numbers] => 'data' in entry[1]),
  );
