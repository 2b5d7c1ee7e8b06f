/** What holds a transformer's ops on WebGPU to their plain forms holds those on WASM as well. */
import { vi } from 'vitest';

vi.mock('../engine/fixtures/faults', async () => {
  const { useWasm } = await import('../engine/fixtures/wasm');
  return { useWebGPU: useWasm };
});

await import('./attention.webgpu.test');
await import('./heads.webgpu.test');
await import('./linear.webgpu.test');
await import('./cross-entropy.webgpu.test');
await import('./rms-norm.webgpu.test');
