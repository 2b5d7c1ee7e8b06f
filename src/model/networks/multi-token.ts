/**
 * Predicting more than the next token while training.
 *
 * "sequential" (DeepSeek-V3): module k joins the state of depth k − 1 with the embedding of the
 * true token k places on, runs one more block and predicts the token after that one. The chain
 * of causes is kept. deepseekv3, eq. 21–25.
 * "parallel" (Gloeckle et al.): n heads on the same trunk, each a block of its own, predict the
 * next n tokens without seeing each other's. gloeckle2024, eq. 2.
 *
 * Both share embedding and head with the model. Tokens come as [sequences, T + 1]: the model
 * reads the first T; the last ones are targets only.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import {
  type BlockOutput,
  forward as blockForward,
  init as blockInit,
  partSeed,
} from '../layers/block';
import * as crossEntropy from '../layers/cross-entropy';
import * as embedding from '../layers/embedding';
import { prefixed, within } from '../layers/names';
import * as rmsNorm from '../layers/rms-norm';
import { tidied } from '../layers/tidied';
import { refuse } from '../refuse';
import type { Params } from '../types';
import {
  head,
  meanBalanceLoss,
  type TransformerConfig,
  type TransformerOptions,
  type TransformerOutput,
} from './transformer';

export interface MultiTokenConfig {
  kind: 'sequential' | 'parallel';
  /** Further tokens predicted beside the next one (D, or n − 1 of gloeckle2024). */
  depths: number;
}

export type Prediction = {
  /** [sequences · (T − depth), vocabulary]: of the first T − depth positions. */
  logits: tf.Tensor2D;
  /** [sequences · (T − depth)] int32. */
  targets: tf.Tensor1D;
  block: BlockOutput;
};

/**
 * Where depth k = 1, 2, … looks, counted from its own position i: what it reads beside the
 * state, and what it predicts. Depth 0 is the model itself: reads i, predicts i + 1.
 */
export function offsets(depth: number): { reads: number; predicts: number } {
  return { reads: depth, predicts: depth + 1 };
}

/** A sentence if so many depths do not fit into sequences of this length (T). */
export function refusal({ depths }: MultiTokenConfig, length: number): string | undefined {
  if (!(Number.isInteger(depths) && depths >= 1))
    return `Multi-token prediction needs 1 or more depths; there are ${depths}.`;
  if (depths >= length)
    return `Depth ${depths} has no position left in sequences of ${length}; choose fewer depths or longer sequences.`;
}

/**
 * For each depth "mtp.0.…" and so on: "block.…", "norm.output.weight" [dim], and if sequential
 * "norm.hidden.weight", "norm.embedding.weight" [dim] and "projection" [2 · dim, dim].
 * Blocks are sparse if the model has sparse ones.
 */
export function init(config: TransformerConfig, extra: MultiTokenConfig, seed: number): Params {
  const { dim, moe } = config;
  const params: Params = {};
  for (let module = 0; module < extra.depths; module++) {
    const own = partSeed(seed, config.layers + 1 + module);
    const parts: Params = {
      ...prefixed('block', blockInit(config, moe !== undefined, own)),
      ...prefixed('norm.output', rmsNorm.init(dim)),
    };
    if (extra.kind === 'sequential')
      Object.assign(parts, {
        ...prefixed('norm.hidden', rmsNorm.init(dim)),
        ...prefixed('norm.embedding', rmsNorm.init(dim)),
        projection: normal<tf.Rank.R2>([2 * dim, dim], (2 * dim) ** -0.5, own, 'projection'),
      });
    Object.assign(params, prefixed(`mtp.${module}`, parts));
  }
  return params;
}

/**
 * Predictions of depths 1 … D. `params` are the model's and the modules' together, `hidden`
 * [sequences · T, dim] is the model's stream, `tokens` [sequences, T + 1] int32.
 * Throws if the shapes do not belong together.
 */
export function forward(
  params: Params,
  hidden: tf.Tensor2D,
  tokens: tf.Tensor2D,
  config: TransformerConfig,
  extra: MultiTokenConfig,
  options: TransformerOptions = {},
): Prediction[] {
  const [sequences, columns] = tokens.shape;
  const length = columns - 1;
  refuse(refusal(extra, length));
  if (hidden.shape[0] !== sequences * length)
    throw new Error(
      `${sequences} sequences of ${columns} tokens, the last a target only, need ${sequences * length} states; there are ${hidden.shape[0]}.`,
    );
  return tidied(() => {
    let state = hidden;
    return Array.from({ length: extra.depths }, (_, module): Prediction => {
      const depth = module + 1;
      const left = length - depth; // positions with a target
      const before = extra.kind === 'sequential' ? state : hidden;
      const input = firstPositions(before, sequences, left);
      const block = moduleForward(params, depth, input, tokens, config, extra, options);
      state = block.x; // [sequences · left, dim]
      return {
        logits: logitsOf(params, depth, block.x),
        targets: window(tokens, offsets(depth).predicts, left),
        block,
      };
    });
  });
}

/**
 * Logits of the token behind a text, [1, vocabulary], as depth `depth` foretells it: for drafting.
 * `tokens` is one text, [length] int32; `hidden` the model's states of it, [states, dim], of which
 * the first length − depth are looked at: the model need not have seen the last `depth` tokens.
 * Throws if there are fewer, or fewer modules than that.
 */
export function draft(
  params: Params,
  hidden: tf.Tensor2D,
  tokens: tf.Tensor1D,
  depth: number,
  config: TransformerConfig,
  extra: MultiTokenConfig,
  options: TransformerOptions = {},
): tf.Tensor2D {
  if (!(depth <= extra.depths))
    throw new Error(
      `Draft ${depth} needs ${depth} multi-token modules; the model has ${extra.depths}.`,
    );
  const [length] = tokens.shape;
  const positions = length - depth;
  if (!(positions >= 1))
    throw new Error(`Draft ${depth} looks ${depth} tokens back; the text has only ${length}.`);
  if (hidden.shape[0] < positions)
    throw new Error(
      `Draft ${depth} behind ${length} tokens needs ${positions} states; there are ${hidden.shape[0]}.`,
    );
  return tf.tidy(() => {
    const text: tf.Tensor2D = tf.reshape(tokens, [1, length]);
    let state = firstPositions(hidden, 1, positions);
    // Heads side by side each look at the model's own states.
    for (let at = extra.kind === 'sequential' ? 1 : depth; at <= depth; at++)
      state = moduleForward(params, at, state, text, config, extra, options).x;
    return logitsOf(params, depth, tf.slice(state, [positions - 1, 0], [1, config.dim]));
  });
}

/** The block of one depth on states of the depth before, [sequences · positions, dim]. */
function moduleForward(
  params: Params,
  depth: number,
  state: tf.Tensor2D,
  tokens: tf.Tensor2D,
  config: TransformerConfig,
  extra: MultiTokenConfig,
  { random, biases, caches, routers, ...shared }: TransformerOptions,
): BlockOutput {
  const own = within(`mtp.${depth - 1}`, params);
  const positions = state.shape[0] / tokens.shape[0];
  const tokenIds = window(tokens, offsets(depth).reads, positions);
  const input = extra.kind === 'sequential' ? joined(params, own, state, tokenIds) : state;
  return blockForward(within('block', own), input, config, config.moe !== undefined, {
    ...shared,
    tokenIds,
    sequenceLength: positions,
    bias: biases?.[config.layers + depth - 1],
    random: random && { ...random, seed: partSeed(random.seed, config.layers + depth) },
  });
}

const logitsOf = (params: Params, depth: number, state: tf.Tensor2D): tf.Tensor2D =>
  head(params, rmsNorm.forward(within(`mtp.${depth - 1}.norm.output`, params), state));

/**
 * λ/D times the sum of the depths' losses: what is added to the model's own. Each depth divides
 * by T as the model does, though it has fewer targets. deepseekv3, eq. 24–25. With `weight` D it
 * is their plain sum, as gloeckle2024 has it.
 */
export function loss(predictions: Prediction[], length: number, weight: tf.Scalar): tf.Scalar {
  return tf.tidy(() => {
    const losses = predictions.map(({ logits, targets }, module) =>
      tf.mul(crossEntropy.forward(logits, targets), (length - module - 1) / length),
    );
    return tf.mul(tf.mean(tf.stack(losses)), weight) as tf.Scalar;
  });
}

/**
 * The unweighted balancing loss of a model with modules: mean over the routers of both, a module's
 * over the T − depth positions that it reads of each sequence. 0 where nothing is sparse.
 */
export function balanceLoss(
  { blocks }: Pick<TransformerOutput, 'blocks'>,
  predictions: Pick<Prediction, 'block'>[],
  config: TransformerConfig,
  length: number,
): tf.Scalar {
  const modules = predictions.map(({ block }, module) => ({
    blocks: [block],
    sequenceLength: length - module - 1,
  }));
  return meanBalanceLoss([{ blocks, sequenceLength: length }, ...modules], config);
}

/** M [RMSNorm(state); RMSNorm(embedding)]: [tokens, dim], [tokens] → [tokens, dim]. deepseekv3, eq. 21. */
function joined(params: Params, own: Params, state: tf.Tensor2D, tokens: tf.Tensor1D): tf.Tensor2D {
  const both = tf.concat(
    [
      rmsNorm.forward(within('norm.hidden', own), state),
      rmsNorm.forward(
        within('norm.embedding', own),
        embedding.forward(within('embedding', params), tokens),
      ),
    ],
    1,
  ); // [tokens, 2 · dim]
  return tf.matMul(both, own.projection);
}

/** Tokens from … from + count − 1 of each sequence: [sequences, T + 1] → [sequences · count]. */
export function window(tokens: tf.Tensor2D, from: number, count: number): tf.Tensor1D {
  const sequences = tokens.shape[0];
  return tf.reshape(tf.slice(tokens, [0, from], [sequences, count]), [sequences * count]);
}

/** [sequences · length, dim] → [sequences · count, dim]: the first `count` of each sequence. */
function firstPositions(x: tf.Tensor2D, sequences: number, count: number): tf.Tensor2D {
  const [tokens, dim] = x.shape;
  const apart: tf.Tensor3D = tf.reshape(x, [sequences, tokens / sequences, dim]);
  return tf.reshape(tf.slice(apart, [0, 0, 0], [sequences, count, dim]), [sequences * count, dim]);
}
