/** The ops that only WebGPU has kernels for, loaded with that backend; elsewhere their twins run. */
import { registerExperts } from './experts-webgpu';
import { registerOptimizer } from './optimizer-webgpu';
import { registerReductions } from './reductions-webgpu';
import { registerSwitchLoss } from './router-balance-webgpu';
import { registerRouter } from './router-webgpu';
import { registerSmallProducts } from './small-products-webgpu';

export function registerPrograms(): void {
  registerOptimizer();
  registerExperts();
  registerRouter();
  registerSwitchLoss();
  registerReductions();
  registerSmallProducts();
}
