/** What WebGPU computes of a transformer in programs of our own. */
import { registerMatMul } from './matmul-webgpu';

export function registerTransformerPrograms(): void {
  registerMatMul();
}
