/** What holds the experts on WebGPU to their plain form holds those on WASM to it as well. */
import { vi } from 'vitest';

vi.mock('./fixtures/faults', async () => {
  const { useWasm } = await import('./fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./kernels-moe-experts.webgpu.test');
