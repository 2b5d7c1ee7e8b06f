/**
 * Products of matrices on WebGPU, loaded with the backend. What only some models compute (norms,
 * attention and so on) is registered by the layers that compute it.
 */
import { registerLinear } from './linear-webgpu';
import { registerMatMul } from './matmul-webgpu';

export function registerWebGPUProducts(): void {
  registerMatMul();
  registerLinear();
}
