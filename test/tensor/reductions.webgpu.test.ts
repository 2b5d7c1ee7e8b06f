/** Reductions and small products against TensorFlow.js's own, which tests of the CPU hold. */
import { beforeAll, describe, expect, it } from 'vitest';
import { granted } from '../../src/tensor/ops/program';
import { mostInTurn } from '../../src/tensor/ops/reductions/webgpu';
import { uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';

const next = uniforms(1, 'reductions');
const random = (shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => 2 * next() - 1),
});

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.loadBackend.cpu();
  await tf.setBackend('webgpu');
});

/** On WebGPU with our programs, and on the CPU. */
async function both(inputs: number[][], compute: (...tensors: tf.Tensor[]) => tf.Tensor) {
  const values = inputs.map(random);
  const results = [];
  for (const backend of ['webgpu', 'cpu']) {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const y = tf.tidy(() =>
      compute(...values.map(({ data, shape }) => tf.tensor(data.slice(), shape))),
    );
    results.push({ shape: y.shape, data: await y.data() });
    y.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
  await tf.setBackend('webgpu');
  return results;
}

function expectClose(
  [ours, theirs]: { shape: number[]; data: ArrayLike<number> }[],
  tolerance = 2e-5,
): void {
  expect(ours.shape).toEqual(theirs.shape);
  const scale = Math.max(1, ...Array.from(theirs.data, Math.abs));
  Array.from(theirs.data).forEach((value, i) => {
    expect(Math.abs(ours.data[i] - value) / scale, `number ${i}`).toBeLessThan(tolerance);
  });
}

const shapes: [number[], number[] | undefined][] = [
  [[7], undefined],
  [[1], [0]],
  [[mostInTurn], [0]],
  [[mostInTurn + 1], [0]],
  [[5, 1003], [1]],
  [[1003, 5], [0]],
  [[4, 6, 9], [1]],
  [
    [4, 6, 9],
    [0, 1],
  ],
  [
    [4, 6, 9],
    [1, 2],
  ],
  // Axes that do not lie together.
  [
    [4, 6, 9],
    [0, 2],
  ],
  [[70, 80, 3], undefined],
];

describe.each([
  ['sum', tf.sum],
  ['mean', tf.mean],
  ['max', tf.max],
  ['min', tf.min],
])('%s', (_, reduce) => {
  it.each(shapes)('of %j along %j', async (shape, axes) => {
    for (const keepDims of [false, true])
      expectClose(await both([shape], (x) => reduce(x, axes, keepDims)));
  });
});

it.each([[[3, 5]], [[2, 3, 17]], [[6, mostInTurn]], [[2, mostInTurn + 3]], [[1]]])(
  'softmax of %j',
  async (shape) => {
    expectClose(await both([shape], (x) => tf.softmax(tf.mul(x, 30))));
  },
);

it.each([[[3, 5]], [[2, 3, 17]], [[6, mostInTurn]], [[2, mostInTurn + 3]], [[1]]])(
  'the gradient of softmax of %j',
  async (shape) => {
    const weighed = (x: tf.Tensor, w: tf.Tensor): tf.Scalar => tf.sum(tf.mul(tf.softmax(x), w));
    const gradient = (x: tf.Tensor, w: tf.Tensor) => tf.grad((x) => weighed(x, w))(tf.mul(x, 3));
    expectClose(await both([shape, shape], gradient));
  },
);

it('the gradient of softmax takes one command', async () => {
  const [x, w] = [tf.ones([4, 8]), tf.ones([4, 8])];
  const gradient = () => tf.grad((x) => tf.sum(tf.mul(tf.softmax(x), w)))(x);
  const { kernels } = await tf.profile(gradient);
  const names = kernels.map(({ name }) => name);
  expect(names).toContain('SwitchyardSoftmaxGradient');
  // Of the plain gradient two products and a difference; one product is that with the weights.
  expect(names).not.toContain('Sub');
});

describe('a small product', () => {
  it.each([
    [1, 1, 1],
    [7, 3, 5],
    [128, 1, 32],
    [1, 128, 32],
    [32, 128, 1],
    [17, 31, 13],
  ])('%i × %i × %i, either factor transposed', async (rows, inner, columns) => {
    for (const first of [false, true])
      for (const second of [false, true])
        expectClose(
          await both(
            [first ? [inner, rows] : [rows, inner], second ? [columns, inner] : [inner, columns]],
            (a, b) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, first, second),
          ),
        );
  });

  it('of many pairs, and of one matrix with many', async () => {
    expectClose(
      await both(
        [
          [6, 3, 4],
          [6, 4, 5],
        ],
        (a, b) => tf.matMul(a, b),
      ),
    );
    expectClose(
      await both(
        [
          [2, 3, 3, 4],
          [2, 3, 5, 4],
        ],
        (a, b) => tf.matMul(a, b, false, true),
      ),
    );
    expectClose(
      await both(
        [
          [6, 3, 4],
          [1, 4, 5],
        ],
        (a, b) => tf.matMul(a, b),
      ),
    );
  });

  it('of unequal sizes is refused by TensorFlow.js', () => {
    expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([2, 3]))).toThrow(/inner shapes/);
  });
});

it('is TensorFlow.js again where own kernels are not granted', async () => {
  granted.kernels = false;
  try {
    expectClose(await both([[5, 300]], (x) => tf.sum(x, 1)));
  } finally {
    granted.kernels = true;
  }
});
