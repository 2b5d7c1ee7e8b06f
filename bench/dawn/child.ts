/**
 * One system on one backend in a process of its own, with Dawn as its WebGPU: what serve.ts does
 * in a worker. Started by main.ts as `child.js <system>`.
 */
import { watchWebGPU } from '../systems/count';
import { Meter } from '../systems/measure';
import type { Ask } from '../systems/serve';
import type { System } from '../systems/types';
import { provideWebGPU } from './provide';

const systems: Record<string, () => Promise<System>> = {
  ours: async () => (await import('../systems/ours')).ours,
  plain: async () => (await import('../systems/plain')).plain,
  jax: async () => (await import('../systems/jax')).jax,
  llm: async () => (await import('../systems/webgpu-llm')).webgpuLlm,
};

await provideWebGPU();
watchWebGPU();
const meter = new Meter(await systems[process.argv[2]]());
process.on('message', async ({ id, method, args }: Ask) => {
  try {
    const result = await (meter[method] as (...all: unknown[]) => unknown).apply(meter, args);
    process.send!({ id, result });
  } catch (error) {
    process.send!({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
process.send!('ready');
