/** What holds the experts on WebGPU to their plain form holds those on WASM to it as well. */
import { vi } from 'vitest';

vi.mock('../engine/fixtures/faults', async () => {
  const { useWasm } = await import('../engine/fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./experts.webgpu.test');
