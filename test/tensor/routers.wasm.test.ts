/** What holds routers on WebGPU to their plain forms holds those on WASM to them as well. */
import { vi } from 'vitest';

vi.mock('../engine/fixtures/faults', async () => {
  const { useWasm } = await import('../engine/fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./routers.webgpu.test');
