import { beforeAll, expect, it } from 'vitest';
import { compileAhead, copyOf, webgpuBackend } from '../../src/tensor/internals';
import { mostBindings, runProgram } from '../../src/tensor/ops/program';
import * as tf from '../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.webgpu();
  await tf.setBackend('webgpu');
});

/** Sum and difference of two vectors of five: two results from one program. */
const sumAndDifference = (a: tf.Tensor, b: tf.Tensor) =>
  runProgram(webgpuBackend()!, {
    name: 'sum and difference',
    inputs: { a, b },
    outputs: { sum: { shape: [5] }, difference: { shape: [5], dtype: 'int32' } },
    constants: { LENGTH: 5, HALF: 0.5 },
    code: `@compute @workgroup_size(4) fn main(@builtin(global_invocation_id) id : vec3u) {
      if (id.x >= LENGTH) { return; }
      sum[id.x] = HALF * (a[id.x] + f32(b[id.x]));
      difference[id.x] = i32(a[id.x]) - b[id.x];
    }`,
    groups: [2],
  }).map((info) => tf.engine().makeTensorFromTensorInfo(info));

it('gives every result of a program, in order', async () => {
  const a = tf.tensor1d([1, 2, 3, 4, 5]);
  const b = tf.tensor1d([10, 10, 10, 10, -10], 'int32');
  const [sum, difference] = sumAndDifference(a, b);
  expect([...(await sum.data())]).toEqual([5.5, 6, 6.5, 7, -2.5]);
  expect([...(await difference.data())]).toEqual([-9, -8, -7, -6, 15]);
  expect(difference.dtype).toBe('int32');
  tf.dispose([a, b, sum, difference]);
});

it('computes nothing while pipelines are compiled ahead', async () => {
  const a = tf.tensor1d([0, 0, 0, 0, 0]);
  const b = tf.tensor1d([1, 1, 1, 1, 1], 'int32');
  const before = webgpuBackend()!.dispatchCountInPass;
  await compileAhead(webgpuBackend()!, () => {
    tf.dispose(sumAndDifference(a, b));
  });
  expect(webgpuBackend()!.dispatchCountInPass).toBe(before);
  tf.dispose([a, b]);
});

it('refuses more tensors than a shader is granted', () => {
  const a = tf.tensor1d([1]);
  const most = mostBindings(webgpuBackend()!);
  expect(most).toBeGreaterThanOrEqual(8);
  expect(() =>
    runProgram(webgpuBackend()!, {
      name: 'greedy',
      inputs: Object.fromEntries(Array.from({ length: most }, (_, i) => [`x${i}`, a])),
      outputs: { y: { shape: [1] } },
      code: '',
      groups: [1],
    }),
  ).toThrow(`The program greedy binds ${most + 1} tensors; a shader is granted ${most}.`);
  a.dispose();
});

it('changes a copy in place, and what it was copied from stays', async () => {
  const a = tf.tensor1d([1, 2, 3]);
  const copy = copyOf(webgpuBackend()!, a);
  runProgram(webgpuBackend()!, {
    name: 'double',
    inputs: {},
    changes: { x: copy },
    outputs: {},
    code: '@compute @workgroup_size(3) fn main(@builtin(global_invocation_id) id : vec3u) { x[id.x] *= 2; }',
    groups: [1],
  });
  const doubled = tf.engine().makeTensorFromTensorInfo(copy);
  expect([...(await doubled.data())]).toEqual([2, 4, 6]);
  expect([...(await a.data())]).toEqual([1, 2, 3]);
  tf.dispose([a, doubled]);
});
