/**
 * The vocabulary of the model library: what a router, a balancer, a task, an optimizer
 * and an experiment are. Everything is a pure function over plain records of tensors.
 */
import type { Scalar, Tensor, Tensor1D, Tensor2D } from './tf';

/** Trained values by dotted name ("experts.w1"). Never holds state that is not trained. */
export type Params = Record<string, Tensor>;

/** What a router decides for a batch of tokens. All are [tokens, experts]. */
export interface Routing {
  /** Before softmax or sigmoid. */
  logits: Tensor2D;
  /** After it, before any choice: differentiable. */
  scores: Tensor2D;
  /** 1 where the token goes to the expert, else 0: carries no gradient. */
  mask: Tensor2D;
  /** Weight of each chosen expert's output: 0 wherever the mask is 0. */
  gates: Tensor2D;
}

export interface RouterInput {
  /** [tokens, dim] */
  x: Tensor2D;
  params: Params;
  /** Experts per token (k). */
  topK: number;
  /** Selection bias per expert, [experts]: chooses, never weighs. */
  bias?: Tensor1D;
  /** Key of on-device random numbers, for routers that need them. */
  random?: RandomKey;
  /** Live hyperparameters by name, as scalars on the device (e.g. "noise"). */
  live?: Record<string, Scalar>;
}

/** One file under routers/. `route` is differentiable in x and params; the mask is not. */
export interface Router {
  name: string;
  label: string;
  /** Key in src/content/sources.bib. */
  source: string;
  init(dim: number, experts: number, seed: number): Params;
  route(input: RouterInput): Routing;
}

/**
 * One file under balancing/. A balancer adds a loss, or moves the selection bias after each
 * step, or does neither. Losses are unweighted: 1 at even load, `experts` at full collapse,
 * unless the file says otherwise; the experiment multiplies by α (`balanceStrength`).
 */
export interface Balancer {
  name: string;
  label: string;
  source: string;
  loss?(routing: Routing, topK: number): Scalar;
  /** [experts] → [experts]; `load` is each expert's share of the assignments, summing to 1. */
  update?(bias: Tensor1D, load: Tensor1D, rate: Scalar): Tensor1D;
}

/** Where on-device random numbers come from: equal keys give equal numbers on every backend. */
export interface RandomKey {
  /** From the run's seed. */
  seed: number;
  /** Steps taken so far, int32 on the device: a captured step cannot use a number of the CPU. */
  counter: Scalar;
}

/** One file under optimizers/: two pure functions. `state` lives on the device. */
export interface Optimizer {
  name: string;
  label: string;
  source: string;
  init(params: Params): Params;
  update(
    params: Params,
    grads: Params,
    state: Params,
    live: Record<string, Scalar>,
  ): { params: Params; state: Params };
}

/** A value a reader can set: what the table in hyperparameters.ts and a lab agree on. */
export type SettingValue = number | string | boolean;
export type Settings = Record<string, SettingValue>;

/** Numbers the page may hand in or replace while training (a drawn function, pasted points). */
export type Inputs = Record<string, { shape: number[]; data: Float32Array }>;

/**
 * One lab's computation, one file under experiments/. `start` may use the CPU freely;
 * `step` may not: it becomes a captured list of GPU commands (see src/engine).
 */
export interface Experiment {
  name: string;
  /** Inputs used until the page hands in others. */
  defaultInputs?(settings: Settings): Inputs;
  /**
   * Throws an Error whose message is a sentence for the reader if the settings
   * cannot work together ("topK 4 needs at least 4 experts; there are 2").
   */
  start(settings: Settings, seed: number): Session;
}

export interface Session {
  /**
   * Everything that a step changes: parameters, optimizer moments, selection bias.
   * The engine owns these tensors from here on. Step counting is the engine's.
   */
  state: Params;
  /** Names of settings that `step` reads from `live` rather than from `settings`. */
  live: string[];
  /**
   * One training step: a pure function on the device, called inside tf.tidy.
   * Reads `now`, returns the next state (same names and shapes) and the step's metrics
   * (each a scalar or a vector, float32, of constant width: "loss" is always there).
   */
  step(now: StepInput): { state: Params; metrics: Record<string, Tensor> };
  /** What the figures show of the state, computed a few times a second, not each step. */
  probes?: Record<string, (now: StepInput) => Tensor>;
  /** Releases what `start` kept on the device beside the state (data sets, constants). */
  dispose?(): void;
}

export interface StepInput {
  state: Params;
  /** Live hyperparameters, each a float32 scalar on the device. */
  live: Record<string, Scalar>;
  /** The page's inputs on the device. */
  inputs: Record<string, Tensor>;
  /** Random numbers of this step. */
  random: RandomKey;
}
