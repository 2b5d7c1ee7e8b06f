import type { Experiment } from '../types';
import cluster from './cluster';
import { inOrder } from './shared/yard';

/**
 * Station 09: the cluster, and an input `placement` [experts] that says which device holds each
 * expert. It moves experts, and neither what they compute nor which of them are chosen.
 */
export default {
  ...cluster,
  name: 'placement',
  takes: { placement: 'numbers' },
  defaultInputs: () => ({
    placement: { shape: [inOrder.length], data: Float32Array.from(inOrder) },
  }),
} satisfies Experiment;
