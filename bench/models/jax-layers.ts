/**
 * What the jax-js models share. Every function takes ownership of its arrays, as jax-js asks: what
 * is used again is passed as `.ref`.
 */
import { lax, nn, numpy as np } from '@jax-js/jax';
import type { Numbers } from '../cases/types';

export type Arrays = Record<string, np.Array>;

/** 1 at each row's k largest entries, else 0: fewer than k entries are ahead of them. */
export function topKMask(scores: np.Array, k: number): np.Array {
  const [rows, experts] = scores.shape;
  const still = lax.stopGradient(scores);
  const own = still.ref.reshape([rows, experts, 1]);
  const other = still.reshape([rows, 1, experts]);
  const ahead = np.where(other.greater(own), 1, 0).sum(2);
  return np.where(ahead.less(k), 1, 0).astype(np.float32);
}

/** E · Σ share of the assignments · mean score, as in the Switch Transformer. */
export function switchLoss(scores: np.Array, mask: np.Array, topK: number): np.Array {
  const experts = scores.shape[1];
  return mask
    .mean(0)
    .mul(scores.mean(0))
    .sum()
    .mul(experts / topK);
}

/** Mean of −log softmax(logits)[label]. */
export function crossEntropy(logits: np.Array, labels: np.Array): np.Array {
  const classes = logits.shape[1];
  const said = nn.logSoftmax(logits).mul(nn.oneHot(labels, classes));
  return said.sum(1).mean().neg();
}

/** Every expert's product with the same rows: [rows, inputs], [experts, inputs, outputs]. */
export const throughAll = (x: np.Array, weights: np.Array): np.Array =>
  np.matmul(x.reshape([1, ...x.shape]), weights);

/** [inputs, experts · hidden], experts side by side → [experts, inputs, hidden]. */
export function byExpert({ shape, data }: Numbers, experts: number): Numbers {
  const [inputs, wide] = shape;
  const hidden = wide / experts;
  const apart = Float32Array.from({ length: data.length }, (_, i) => {
    const expert = Math.floor(i / (inputs * hidden));
    const input = Math.floor(i / hidden) % inputs;
    return data[input * wide + expert * hidden + (i % hidden)];
  });
  return { shape: [experts, inputs, hidden], dtype: 'float32', data: apart };
}

export const reshaped = ({ data }: Numbers, shape: number[]): Numbers => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(data),
});
