/**
 * The vocabulary of the model library: what a router, a balancer, a task, an optimizer
 * and an experiment are. Everything is a pure function over plain records of tensors.
 */
import type { RandomKey } from '../tensor/random';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '../tensor/tf';

export type { RandomKey };

/** Trained values by dotted name ("experts.w1"). Never holds state that is not trained. */
export type Params = Record<string, Tensor>;

/** Hyperparameters that may change while training, by name: scalars on the device. */
export type Live = Record<string, Scalar>;

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
  /** True where each score is made by itself (sigmoid, ReLU): a token's do not sum to 1. */
  independent?: boolean;
  /** Routers that add noise before choosing: the noisy logits, and the noise's deviation. */
  noise?: { noisy: Tensor2D; deviation: Tensor2D };
  /** Routers that sample: log-probability of the drawn choice, [tokens], differentiable. */
  logProbability?: Tensor1D;
  /** Routers that mix tokens (soft MoE), per sequence: see experts/soft.ts. */
  slots?: {
    /** [sequences, slots, length]: each slot's weights over the tokens, summing to 1. */
    dispatch: Tensor3D;
    /** [sequences, length, slots]: each token's weights over the slots, summing to 1. */
    combine: Tensor3D;
  };
}

/** What a router is given: tokens, its weights, and what some routers need besides. */
export interface RouterInput {
  /** [tokens, dim] */
  x: Tensor2D;
  params: Params;
  /**
   * In place of the product of x and weight, where a router has logits: [tokens, experts]
   * ([tokens, slots] for a router of slots). `routeLogits` in routing.ts hands them in alone.
   */
  logits?: Tensor2D;
  /** Experts per token (k). */
  topK: number;
  /**
   * Selection bias, added to the scores where the experts are chosen: chooses, never weighs.
   * [experts] from a balancer, [tokens, experts] where it also bars groups of experts.
   */
  bias?: Tensor1D | Tensor2D;
  /** Key of on-device random numbers, for routers that need them. */
  random?: RandomKey;
  /** For example "temperature". */
  live?: Live;
  /** Identity of each token, [tokens], int32: what hash routing looks at. */
  tokenIds?: Tensor1D;
  /** How many experts there are: for routers without a weight that tells (hash, random). */
  experts?: number;
  /** Tokens per sequence, where the batch is sequences one after another; else one sequence. */
  sequenceLength?: number;
  /** True outside training: no noise, no sampling, no forced balance. */
  evaluating?: boolean;
}

/** What a router may object to before anything runs. */
export interface RouterShape {
  experts: number;
  topK: number;
  tokens: number;
}

/** One file under routers/. `route` is differentiable in x and params; the mask is not. */
export interface Router {
  name: string;
  label: string;
  /** Key in src/content/sources.bib. */
  source: string;
  init(dim: number, experts: number, seed: number): Params;
  route(input: RouterInput): Routing;
  /** Inputs it cannot do without. */
  needs?: ('random' | 'tokenIds' | 'experts')[];
  /** Names of the live values it reads; none unless said. */
  live?: readonly string[];
  /** False where it looks at something else than logits. */
  hasLogits?: boolean;
  /**
   * Experts of one token: exactly topK unless said. "average": topK over the batch, a token may
   * get none; "any": as many as score above zero; "all": every expert.
   */
  perToken?: 'topK' | 'average' | 'any' | 'all';
  /** True where gates pass a gradient on at experts that were not chosen (straight through). */
  denseGates?: boolean;
  /** False where the selection bias has no effect: no bias balancer, no group limit. */
  takesBias?: boolean;
  /** A sentence for the reader if it cannot route so; `route` throws the same. */
  refusal?(shape: RouterShape): string | undefined;
}

/** What a balancer reads of a routing: a cell or a test need not make the rest. */
export type RoutingPart<Name extends keyof Routing> = Pick<Routing, Name>;

/**
 * One file under balancing/. A balancer adds a loss, or moves the selection bias after each
 * step, or does neither. Losses are unweighted: 1 at even load, `experts` at full collapse,
 * unless the file says otherwise; the experiment multiplies by α (`balanceStrength`). Scores that
 * are `independent` count as shares of their sum.
 */
export interface Balancer {
  name: string;
  label: string;
  source: string;
  /** A member's own says which parts of the routing it reads. */
  loss?(routing: Routing, topK: number, context?: BalanceContext): Scalar;
  /**
   * [experts] → [experts]; `counts` is how many assignments each expert got: whole numbers, since
   * a share is a quotient, and a graphics processor may not divide exactly enough to tell an even
   * load. `latest` is the routing that gave these counts, for rules that look at scores.
   */
  update?(
    bias: Tensor1D,
    counts: Tensor1D,
    rate: Scalar,
    latest?: { routing: RoutingPart<'scores'>; topK: number },
  ): Tensor1D;
  /** The loss at even load and at full collapse on one expert, where they are not 1 and E. */
  extremes?(experts: number, context?: BalanceContext): { even: number; collapsed: number };
  /** What it cannot do without: noise in the routing, devices in the context. */
  needs?: ('noise' | 'devices')[];
}

/** How a batch is cut up, for balancers that look at parts of it. */
export interface BalanceContext {
  /** Tokens per sequence, sequences one after another; without it the batch is one sequence. */
  sequenceLength?: number;
  /** Devices that hold the experts, equally many each, in order: the groups of a group limit. */
  devices?: number;
  /** Most devices a token may be sent to (M). */
  deviceLimit?: number;
}

/** A number, a choice or a text that a task takes, with its limits: what a menu shows. */
export type TaskOption =
  | {
      kind: 'number';
      label: string;
      min: number;
      max: number;
      default: number;
      integer?: boolean;
    }
  | {
      kind: 'choice';
      label: string;
      options: readonly { value: string; label: string }[];
      default: string;
    }
  | { kind: 'text'; label: string; default: string };

/** Options by name; what is left out takes its default. */
export type TaskOptions = Record<string, number | string>;

/** How wide a task's rows are, given its options. */
export interface TaskShape {
  /** Numbers, or tokens, of one input row. */
  inputs: number;
  /** Numbers of one target row; classes, where the target is a class; tokens, where it is tokens. */
  outputs: number;
  /** What token i is called, where rows are tokens. */
  words?: string[];
  /** What group i is called: a cluster, a domain, a form of question. */
  groups?: string[];
}

/**
 * `train` and `unseen` never share what the task holds back (its `unseen` says what). Both come
 * from the same rule: what is learnt on one can be right on the other.
 */
export type TaskPart = 'train' | 'unseen';

/** Rows of a task on the host, one after another. */
export interface Sample {
  rows: number;
  /** [rows, inputs]: float32, or int32 for tokens. */
  inputs: Float32Array | Int32Array;
  /**
   * regression: [rows, outputs] float32; classes: [rows] int32; tokens: [rows, outputs] int32, at
   * each place the token that follows.
   */
  targets: Float32Array | Int32Array;
  /** tokens: [rows, outputs], 1 where the answer is asked for, 0 where it cannot be known. All 1 if absent. */
  weights?: Float32Array;
  /** [rows]: which group a row comes from. For figures: a model never sees it. */
  groups?: Int32Array;
}

/** One file under tasks/: rows with a known right answer, made on the host from a seed. */
export interface Task {
  name: string;
  label: string;
  /** Key in src/content/sources.bib; absent where the task was made up for this course. */
  source?: string;
  kind: 'regression' | 'classes' | 'tokens';
  options: Record<string, TaskOption>;
  /** What `unseen` rows hold back; absent where nothing can be right on rows never seen. */
  unseen?: string;
  /** Throws a sentence if an option is unknown, out of its limits, or at odds with another. */
  shape(options?: TaskOptions): TaskShape;
  /**
   * Equal seeds give equal rows. The rule behind the rows depends on the options alone, so that
   * different seeds ask about the same world. Throws as `shape` does, and if rows is not 1 or more.
   */
  sample(seed: number, rows: number, options?: TaskOptions, part?: TaskPart): Sample;
}

/** One file under optimizers/: two pure functions. `state` lives on the device. */
export interface Optimizer {
  name: string;
  label: string;
  source: string;
  /** Names of the live values it reads; `update` refuses others that nothing reads. */
  live: readonly string[];
  init(params: Params): Params;
  update(params: Params, grads: Params, state: Params, live: Live): Moved;
}

/** What an optimizer gives: the same names and shapes, one step on. */
export type Moved = { params: Params; state: Params };
