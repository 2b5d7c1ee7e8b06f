/** Parameters of a model: all of them, and those that one token meets. */
import type {
  Architecture,
  AttentionShape,
  DenseShape,
  Layer,
  Predictor,
  SparseShape,
} from './architecture';

export interface ParameterCount {
  /** Everything stored, without multi-token modules. */
  total: number;
  /**
   * What one token meets: all but the experts that were not chosen; embedding and head both
   * count in full. Reports differ here: see `activeWithoutEmbedding`.
   */
  active: number;
  /** The same with the head but without the embedding, of which a token only reads a row. */
  activeWithoutEmbedding: number;
  embedding: number;
  /** 0 if it is the embedding. */
  head: number;
  attention: number;
  /** Dense feed-forward networks. */
  dense: number;
  router: number;
  /** Routed experts, all of them. */
  routed: number;
  shared: number;
  norms: number;
  /** Beside the language model. */
  beside: number;
  /** Multi-token modules without the shared embedding and head: not part of the total. */
  predictors: number;
}

/** One network with a hidden layer, weights and biases. */
function network(dim: number, hidden: number, gated: boolean, biases = false): number {
  const inner = gated ? 2 : 1;
  return (inner + 1) * dim * hidden + (biases ? inner * hidden + dim : 0);
}

/** Parameters of a dense layer's one network, gate and biases included where it has them. */
export const denseParameters = (dim: number, { hidden, gated, biases }: DenseShape): number =>
  network(dim, hidden, gated, biases);

/** Parameters of one routed expert. */
export const expertParameters = (
  dim: number,
  { hidden, gated, biases }: Pick<SparseShape, 'hidden' | 'gated' | 'biases'>,
): number => network(dim, hidden, gated, biases);

/** Parameters of a layer's attention. deepseekv2, eq. 9–19 for the latent one. */
export function attentionParameters(dim: number, shape: AttentionShape): number {
  if (shape.kind === 'latent') {
    const { heads, headWidth, valueWidth, rotaryWidth, keyValueRank, queryRank } = shape;
    const queries = heads * (headWidth + rotaryWidth);
    const norms = shape.norm === false ? 0 : keyValueRank + (queryRank ?? 0);
    return (
      (queryRank ? dim * queryRank + queryRank * queries : dim * queries) +
      dim * (keyValueRank + rotaryWidth) +
      norms +
      keyValueRank * heads * (headWidth + valueWidth) +
      heads * valueWidth * dim
    );
  }
  const { heads, keyValueHeads, headWidth, biases, normChannels = 0, sinks } = shape;
  const inputs = (heads + 2 * keyValueHeads) * headWidth;
  return (
    dim * inputs +
    heads * headWidth * dim +
    (biases?.inputs ? inputs : 0) +
    (biases?.output ? dim : 0) +
    (sinks ? heads : 0) +
    normChannels
  );
}

function sparseParts(dim: number, shape: SparseShape) {
  const { experts, topK, shared, sharedHidden, gated, biases } = shape;
  const one = expertParameters(dim, shape);
  const common = sharedHidden ? network(dim, sharedHidden, gated, biases) : shared * one;
  return {
    router: shape.routerMatrices * dim * experts + (shape.routerBias ? experts : 0),
    shared: common + (shape.sharedGate ? dim : 0),
    routed: experts * one,
    chosen: topK * one,
  };
}

/** Stored parameters of one layer, its two norms included. */
export function layerParameters(dim: number, { attention, feedForward }: Layer): number {
  const common = attentionParameters(dim, attention) + 2 * dim;
  if (feedForward.kind === 'dense') return common + denseParameters(dim, feedForward);
  const { router, shared, routed } = sparseParts(dim, feedForward);
  return common + router + shared + routed;
}

/** A module's block, the norm before the head, and if sequential two norms and the projection. */
const predictorParameters = (dim: number, predictor: Predictor): number =>
  layerParameters(dim, predictor) + dim + (predictor.sequential ? 2 * dim + 2 * dim * dim : 0);

/** Parameters of an architecture, in all and at work on one token. Whole numbers; divide by 1e9 for "B". */
export function countParameters(architecture: Architecture): ParameterCount {
  const { dim, vocabulary, tied, layers, predictors = [], beside } = architecture;
  const count = {
    embedding: vocabulary * dim,
    head: tied ? 0 : vocabulary * dim,
    attention: 0,
    dense: 0,
    router: 0,
    routed: 0,
    shared: 0,
    norms: dim,
    beside: beside?.parameters ?? 0,
  };
  let idle = 0; // experts that a token does not meet
  for (const { attention, feedForward } of layers) {
    count.attention += attentionParameters(dim, attention);
    count.norms += 2 * dim;
    if (feedForward.kind === 'dense') {
      count.dense += denseParameters(dim, feedForward);
      continue;
    }
    const { router, shared, routed, chosen } = sparseParts(dim, feedForward);
    count.router += router;
    count.shared += shared;
    count.routed += routed;
    idle += routed - chosen;
  }
  const total = Object.values(count).reduce((sum, part) => sum + part, 0);
  const active = total - idle - count.beside;
  return {
    ...count,
    total,
    active,
    // A tied matrix is the head too, and stays.
    activeWithoutEmbedding: active - (tied ? 0 : count.embedding),
    predictors: predictors.reduce((sum, module) => sum + predictorParameters(dim, module), 0),
  };
}
