/** First weights of the layers that are trained on tokens of parts (src/model/tasks/parts.ts). */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import * as relu from '../experts/relu';
import type { SparseLayerConfig } from '../layers/sparse-layer';
import type { Params } from '../types';

type Shape = Pick<SparseLayerConfig, 'dim' | 'experts' | 'topK' | 'hidden'> & { out: number };

/** A router with opinions, and answers of the size of the right one: router.weight is [dim, experts]. */
export const firstWeights = ({ dim, experts, topK, hidden, out }: Shape, seed: number): Params =>
  tf.tidy(() => ({
    'router.weight': normal([dim, experts], 0.3, seed, 'router.weight'),
    ...relu.init({ experts, dim, hidden, out, outDeviation: (topK * hidden) ** -0.5 }, seed),
  }));
