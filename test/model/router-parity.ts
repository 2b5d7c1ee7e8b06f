/** Compares routers with PyTorch: values, and both gradients. */
import type { Router, RouterInput } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routers.json';
import { expectClose } from './backend';

export interface Case {
  router: string;
  topK: number;
  biased: boolean;
  live?: Record<string, number>;
  logits: number[][];
  scores: number[][];
  mask: number[][];
  gates: number[][];
  gradX: number[][];
  gradWeight: number[][];
}

export const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
export const rows = (tensor: tf.Tensor) => tensor.array() as Promise<number[][]>;

/** Forward values and both gradients against PyTorch. */
export async function expectAsInPyTorch(router: Router, given: Case): Promise<void> {
  const onGates = tf.tensor2d(reference.onGates);
  const onScores = tf.tensor2d(reference.onScores);
  const input: Omit<RouterInput, 'x' | 'params'> = {
    topK: given.topK,
    bias: given.biased ? tf.tensor1d(reference.bias) : undefined,
    random: {
      seed: reference.random.seed,
      counter: tf.scalar(reference.random.counter, 'int32'),
    },
    experts: reference.weight[0].length,
    live: Object.fromEntries(
      Object.entries(given.live ?? {}).map(([name, value]) => [name, tf.scalar(value)]),
    ),
  };
  const route = (x: tf.Tensor, weight: tf.Tensor) =>
    router.route({ ...input, x: x as tf.Tensor2D, params: { 'router.weight': weight } });
  const x = tf.tensor2d(reference.x);
  const weight = tf.tensor2d(reference.weight);
  const { logits, scores, mask, gates } = route(x, weight);
  await expectClose(logits, given.logits, 2e-6);
  await expectClose(scores, given.scores, 2e-6);
  await expectClose(mask, given.mask, 0);
  await expectClose(gates, given.gates, 5e-6);

  const [gradX, gradWeight] = tf.grads((x: tf.Tensor, weight: tf.Tensor) => {
    const routing = route(x, weight);
    const value = tf.sum(tf.add(tf.mul(routing.gates, onGates), tf.mul(routing.scores, onScores)));
    // Routers that learn nothing are constants: their gradient is 0, not an error.
    return tf.add(value, tf.mul(tf.add(tf.sum(x), tf.sum(weight)), 0));
  })([x, weight]);
  await expectClose(gradX, given.gradX, 2e-5);
  await expectClose(gradWeight, given.gradWeight, 2e-5);
}

export const title = ({ router, topK, biased, live }: Case) =>
  [router, `topK ${topK}`, biased && 'with bias', live && JSON.stringify(live)]
    .filter(Boolean)
    .join(', ');
