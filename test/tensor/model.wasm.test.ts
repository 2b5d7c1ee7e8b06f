/** What the model's tests hold on the CPU and on WebGPU, held on WASM where that has kernels of its own. */
import { vi } from 'vitest';

vi.mock('../model/backend', async (original) => {
  const { useWasm } = await import('../engine/fixtures/wasm');
  return { ...(await original<typeof import('../model/backend')>()), useBackend: useWasm };
});

await import('./everywhere/top-k.test');
await import('../model/routers.contract.test');
await import('../model/balancing.contract.test');
await import('../model/smooth-load.test');
await import('../model/capacity.test');
await import('../model/optimizers.test');
await import('../model/independent-scores.test');
await import('../model/ablation.test');
await import('../model/parts.test');
await import('../model/metrics.test');
