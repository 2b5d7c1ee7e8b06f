import { describe, it } from 'vitest';
import * as embedding from '../../src/model/layers/embedding';
import * as feedForward from '../../src/model/layers/feed-forward';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { expectTwins } from '../engine/fixtures/parity';

useWebGPU();

describe.each([
  [1, 1, 1],
  [3, 5, 2],
  [8, 4, 12],
  [33, 31, 6],
  [70, 12, 33],
  [256, 64, 65],
])('a layer of weights, %i × %i × %i', (rows, inputs, outputs) => {
  const x = () => normal([rows, inputs], 1, 1, 'x');
  const weight = () => normal([inputs, outputs], 1, 1, 'weight');

  it('is that of its twin', () =>
    expectTwins({ x: x(), weight: weight() }, ({ x, weight }) => [
      tf.square(tf.linear(x as tf.Tensor2D, weight)),
    ]));

  it('onto a stream is that of its twin', () =>
    expectTwins(
      { x: x(), weight: weight(), onto: normal([rows, outputs], 1, 1, 'onto') },
      ({ x, weight, onto }) => [
        tf.square(tf.linear(x as tf.Tensor2D, weight, { onto: onto as tf.Tensor2D })),
      ],
    ));
});

describe('embedding', () => {
  it.each([
    [1, 2, 1],
    [5, 3, 7],
    [130, 65, 64],
    [64, 300, 6],
  ])('of %i tokens out of %i words in %i channels is that of its twin', async (n, words, dim) => {
    // Some words often, some never, and two tokens that are no words.
    const numbers = Int32Array.from({ length: n }, (_, i) => (i * i) % words);
    if (n > 9) numbers.set([-1, words], 3);
    const tokens = tf.tensor1d(numbers, 'int32');
    await expectTwins({ weight: normal([words, dim], 1, 1, 'weight') }, (params) => [
      embedding.forward(params, tokens),
    ]);
    tokens.dispose();
  });
});

describe('a dense network with gated units', () => {
  it.each([
    [1, 2, 3],
    [9, 5, 7],
    [64, 16, 40],
  ])('of %i tokens, %i wide, with %i hidden units is that of its twin', (tokens, dim, hidden) =>
    expectTwins(
      {
        x: normal([tokens, dim], 1, 1, 'x'),
        onto: normal([tokens, dim], 1, 1, 'onto'),
        ...feedForward.init({ dim, hidden }, 1),
      },
      ({ x, onto, ...params }) => [
        feedForward.forward(params, x as tf.Tensor2D, onto as tf.Tensor2D),
        feedForward.forward(params, x as tf.Tensor2D),
      ],
    ),
  );

  it('stays finite where its gates are far open or shut', () =>
    expectTwins(
      { a: tf.tensor1d([-200, -80, 0, 80, 200]), b: tf.tensor1d([1, 2, 3, 4, 5]) },
      ({ a, b }) => [tf.gatedUnit(a, b)],
    ));
});
