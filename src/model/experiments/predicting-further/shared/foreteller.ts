/**
 * A small dense decoder and the modules that foretell characters beyond the next: how it is built,
 * what it loses, and how it travels to other labs.
 */
import * as tf from '../../../../tensor/tf';
import { BASE } from '../../../layers/rope';
import * as multiToken from '../../../networks/multi-token';
import * as transformer from '../../../networks/transformer';
import type { Params } from '../../../types';

export interface Foreteller {
  config: transformer.TransformerConfig;
  extra: multiToken.MultiTokenConfig;
  /** The model's and the modules' together. */
  params: Params;
}

/** Width 32, four heads, 64 hidden units in each block. */
export const configOf = (words: number, layers: number): transformer.TransformerConfig => ({
  vocabulary: words,
  dim: 32,
  layers,
  hidden: 64,
  attention: { kind: 'heads', heads: 4, rotaryBase: BASE },
});

export const init = (
  config: transformer.TransformerConfig,
  extra: multiToken.MultiTokenConfig,
  seed: number,
): Params => ({
  ...transformer.init(config, seed),
  ...multiToken.init(config, extra, seed),
});

export interface Foretold {
  out: transformer.TransformerOutput;
  ahead: multiToken.Prediction[];
  /** Of the next token. */
  main: tf.Scalar;
}

/**
 * What model and modules make of rows of tokens, [rows, length + 1]. Unless `shaped`, the modules
 * see the model as a constant: their gradient ends with them, and embedding and head stay the
 * model's own.
 */
export function foretell(
  { config, extra, params }: Foreteller,
  rows: tf.Tensor2D,
  shaped: boolean,
): Foretold {
  const length = rows.shape[1] - 1;
  const options = { sequenceLength: length };
  const out = transformer.forward(params, multiToken.window(rows, 0, length), config, options);
  const main = transformer.taskLoss(out.logits, multiToken.window(rows, 1, length));
  const seen = shaped ? params : withConstantModel(params);
  const hidden = shaped ? out.hidden : constant(out.hidden);
  const ahead = multiToken.forward(seen, hidden, rows, config, extra, options);
  return { out, ahead, main };
}

const constant = <T extends tf.Tensor>(x: T): T => tf.withoutGradient((held: T) => held, x);

const withConstantModel = (params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      name.startsWith('mtp.') ? value : constant(value),
    ]),
  );

/** Of each depth: its loss, Σ min(p, q) and how often both put the same first. Each [depths]. */
export type Judged = {
  further: tf.Tensor1D;
  /**
   * Mean of Σ min(p, q), where p is the model's distribution of the same token once it has read all
   * before it: the chance that a draft would be accepted behind drafts that were right.
   */
  acceptance: tf.Tensor1D;
  same: tf.Tensor1D;
};

/** Judges what was foretold of rows [rows, length + 1] by what the model itself says there. */
export function judged({ out, ahead }: Foretold, count: number): Judged {
  const [places, words] = out.logits.shape;
  const length = places / count;
  const p: tf.Tensor3D = tf.reshape(tf.softmax(out.logits), [count, length, words]);
  const each = ahead.map(({ logits, targets }, module) => {
    const depth = module + 1;
    const left = length - depth;
    const q = tf.reshape(tf.softmax(logits), [count, left, words]);
    const model = tf.slice(p, [0, depth, 0], [count, left, words]);
    return {
      further: transformer.taskLoss(logits, targets),
      acceptance: tf.mean(tf.sum(tf.minimum(q, model), 2)),
      same: tf.mean(tf.cast(tf.equal(tf.argMax(q, 2), tf.argMax(model, 2)), 'float32')),
    };
  });
  const row = (name: keyof Judged) => tf.stack(each.map((one) => one[name])) as tf.Tensor1D;
  return { further: row('further'), acceptance: row('acceptance'), same: row('same') };
}
