/**
 * What WebGPU computes by programs of our own, loaded with that backend. What only some models
 * compute (norms, attention and so on) is registered by the layers that compute it.
 */
import { registerBroadcasts } from './broadcasts/webgpu';
import { registerExperts } from './experts/webgpu';
import { registerLinear } from './linear/webgpu';
import { registerOptimizer } from './optimizer/webgpu';
import { registerLargeProducts } from './products/large-webgpu';
import { registerSmallProducts } from './products/small-webgpu';
import { registerReductions } from './reductions/webgpu';
import { registerRouter } from './router/webgpu';
import { registerSwitchLoss } from './switch-loss/webgpu';

export function registerPrograms(): void {
  registerOptimizer();
  registerExperts();
  registerRouter();
  registerSwitchLoss();
  registerReductions();
  registerBroadcasts();
  // Each leaves to the one before what is not its own.
  registerSmallProducts();
  registerLargeProducts();
  registerLinear();
}
