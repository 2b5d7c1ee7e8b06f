import { describe, it } from 'vitest';
import * as rmsNorm from '../../src/model/layers/rms-norm';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { expectTwins } from '../engine/fixtures/parity';

useWebGPU();

describe.each([[[1, 2]], [[3, 5]], [[64, 64]], [[65, 7]], [[2, 70, 33]], [[1024, 64]], [[5, 300]]])(
  'normalisation of %j',
  (shape) => {
    const inputs = () => ({
      x: normal(shape, 2, 1, 'x'),
      weight: normal([shape[shape.length - 1]], 1, 1, 'weight'),
    });

    it('is that of its twin', () =>
      expectTwins(inputs(), ({ x, weight }) => [rmsNorm.forward({ weight }, x)], 2e-5));

    it('beside its input is that of its twin', () =>
      expectTwins(inputs(), ({ x, weight }) => {
        const both = rmsNorm.beside({ weight }, x);
        return [tf.add(both.x, tf.square(both.y))];
      }));
  },
);

it('normalises zeros to zeros', () =>
  expectTwins({ x: tf.zeros([4, 6]), weight: tf.ones([6]) }, ({ x, weight }) => [
    rmsNorm.forward({ weight }, x),
  ]));

it('has a gradient where only one of the two is used', async () => {
  for (const one of ['x', 'y'] as const)
    await expectTwins(
      { x: normal([9, 6], 1, 1, 'x'), weight: normal([6], 1, 1, 'weight') },
      ({ x, weight }) => {
        const both = rmsNorm.beside({ weight }, x);
        // The tape only asks for gradients of what the result depends on.
        return [one === 'x' ? tf.add(both.x, tf.mul(weight, 2)) : both.y];
      },
    );
});
