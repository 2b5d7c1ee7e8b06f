/** Arithmetic with a vector, against the CPU's. */
import { beforeAll, expect, it } from 'vitest';
import { webgpuBackend } from '../../src/tensor/internals';
import { uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';

const next = uniforms(1, 'broadcasts');
const random = (shape: number[]) => ({
  shape,
  // Away from 0, which is divided by; with equal numbers among them.
  data: Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => 0.25 + Math.ceil(8 * next()),
  ),
});

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.loadBackend.cpu();
  await tf.setBackend('webgpu');
});

const ops: Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor> = {
  ...{ add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, maximum: tf.maximum, pow: tf.pow },
  ...{ minimum: tf.minimum, squaredDifference: tf.squaredDifference, greater: tf.greater },
  ...{ greaterEqual: tf.greaterEqual, less: tf.less, lessEqual: tf.lessEqual },
  ...{ equal: tf.equal, notEqual: tf.notEqual },
};

const shapes: [number[], number[]][] = [
  [[16, 32], [32]],
  [[32], [16, 32]],
  [[5, 7], [7]],
  [[3], [2, 4, 3]],
  [[9, 4], [1]],
  [[1], [6, 1]],
  [[12], [12]],
  [[3, 200], [200]],
];

it.each(Object.keys(ops))(
  '%s with a vector is what the CPU says, without shared memory',
  async (name) => {
    const { device } = webgpuBackend()!;
    const create = device.createShaderModule;
    const codes: string[] = [];
    device.createShaderModule = (descriptor) => {
      codes.push(descriptor.code);
      return create.call(device, descriptor);
    };
    try {
      for (const [a, b] of shapes) {
        const [x, y] = [random(a), random(b)];
        const results = [];
        for (const backend of ['webgpu', 'cpu']) {
          await tf.setBackend(backend);
          const z = tf.tidy(() =>
            ops[name](tf.tensor(x.data.slice(), a), tf.tensor(y.data.slice(), b)),
          );
          results.push({ shape: z.shape, dtype: z.dtype, data: [...(await z.data())] });
          z.dispose();
        }
        await tf.setBackend('webgpu');
        const [ours, theirs] = results;
        expect([ours.shape, ours.dtype]).toEqual([theirs.shape, theirs.dtype]);
        ours.data.forEach((value, i) => {
          const apart = Math.abs(value - theirs.data[i]) / Math.max(1, Math.abs(theirs.data[i]));
          expect(apart, `[${a}] and [${b}], number ${i}`).toBeLessThan(1e-4);
        });
      }
    } finally {
      device.createShaderModule = create;
    }
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => code.includes('workgroupBarrier'))).toEqual([]);
  },
);
