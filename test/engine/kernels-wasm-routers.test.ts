/** What holds routers on WebGPU to their plain forms holds those on WASM to them as well. */
import { vi } from 'vitest';

vi.mock('./fixtures/faults', async () => {
  const { useWasm } = await import('./fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./kernels-moe-routers.webgpu.test');
