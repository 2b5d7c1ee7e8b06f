/** What WebGPU computes of a transformer in programs of our own. */
import { registerCrossEntropy } from './cross-entropy-webgpu';
import { registerMatMul } from './matmul-webgpu';
import { registerRmsNorm } from './rms-norm-webgpu';

export function registerTransformerPrograms(): void {
  registerMatMul();
  registerCrossEntropy();
  registerRmsNorm();
}
