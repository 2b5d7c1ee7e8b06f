/**
 * What a model is made of, in numbers only: enough to count parameters, operations, cache and
 * traffic. Our own models and released ones are both described so. Plain TypeScript, no
 * TensorFlow.js: pages count at build time.
 */

export interface Architecture {
  /** Width of the residual stream (d). */
  dim: number;
  vocabulary: number;
  /** True if head and embedding are one matrix. */
  tied: boolean;
  layers: Layer[];
  /** Modules that predict further tokens: not part of the model's totals. */
  predictors?: Predictor[];
  /** Parameters beside the language model (an image encoder): in the total, never active. */
  beside?: { name: string; parameters: number };
}

export interface Layer {
  attention: AttentionShape;
  feedForward: DenseShape | SparseShape;
}

export interface Predictor extends Layer {
  /** True if it joins its state with the next token's embedding (deepseekv3, eq. 21). */
  sequential: boolean;
}

export type AttentionShape = HeadShape | LatentShape;

export interface HeadShape {
  kind: 'heads';
  heads: number;
  keyValueHeads: number;
  headWidth: number;
  /** Biases on query, key and value, and on the output. */
  biases?: { inputs: boolean; output: boolean };
  /** Scales of query and key norms, in all. */
  normChannels?: number;
  /** A trained logit per head that stands for "none of them" (gpt-oss). */
  sinks?: boolean;
  /** Positions a token may look back on, itself included; else all. */
  window?: number;
}

export interface LatentShape {
  kind: 'latent';
  heads: number;
  /** Channels of query and key without positions, and of the value. */
  headWidth: number;
  valueWidth: number;
  rotaryWidth: number;
  keyValueRank: number;
  /** Without it, queries come from the residual stream. */
  queryRank?: number;
  /** False where the latents have no norms. */
  norm?: boolean;
}

interface ExpertShape {
  /** Hidden units of one network. */
  hidden: number;
  /** Three matrices (SwiGLU) rather than two. */
  gated: boolean;
  /** A bias on every matrix. */
  biases?: boolean;
}

export interface DenseShape extends ExpertShape {
  kind: 'dense';
}

export interface SparseShape extends ExpertShape {
  kind: 'sparse';
  /** Routed experts (E), and those of one token (k). */
  experts: number;
  topK: number;
  /** Shared experts, each like a routed one unless their common width is given. */
  shared: number;
  sharedHidden?: number;
  /** A gate of its own, [dim], before the shared experts (Qwen). */
  sharedGate?: boolean;
  /** Matrices [dim, experts] of the router: 1, 2 for a noisy one, 0 for hash routing. */
  routerMatrices: number;
  /** A number per expert that is stored with the weights: router bias or selection bias. */
  routerBias?: boolean;
}

/** True for layers with experts. */
export const isSparseLayer = (layer: Layer): layer is Layer & { feedForward: SparseShape } =>
  layer.feedForward.kind === 'sparse';
