/** What holds a transformer's ops on WebGPU to their plain forms holds those on WASM as well. */
import { vi } from 'vitest';

vi.mock('./fixtures/faults', async () => {
  const { useWasm } = await import('./fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./kernels-transformer-attention.webgpu.test');
await import('./kernels-transformer-heads.webgpu.test');
await import('./kernels-transformer-linear.webgpu.test');
await import('./kernels-transformer-loss.webgpu.test');
await import('./kernels-transformer-norm.webgpu.test');
