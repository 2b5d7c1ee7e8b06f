/** What holds routers on WebGPU to their plain forms holds those on WASM to them as well. */
import { expect, it, vi } from 'vitest';

vi.mock('./fixtures/faults', async () => {
  const { useWasm } = await import('./fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./kernels-moe-routers.webgpu.test');

it('chooses what is no number last', async () => {
  const { topKOf, tensor2d } = await import('../../src/model/tf');
  const scores = tensor2d([
    [NaN, 1, NaN, -2, 3],
    [NaN, NaN, NaN, NaN, -9],
  ]);
  expect(await topKOf(scores, 2).array()).toEqual([
    [0, 1, 0, 0, 1],
    [1, 0, 0, 0, 1],
  ]);
});
