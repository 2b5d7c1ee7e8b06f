/** The ops that only WebGPU has kernels for, loaded with that backend; elsewhere their twins run. */
import { registerExperts } from './experts-webgpu';
import { registerOptimizer } from './optimizer-webgpu';
import { registerRouter } from './router-webgpu';

export function registerPrograms(): void {
  registerOptimizer();
  registerExperts();
  registerRouter();
}
