/** What WebGPU computes of a transformer in programs of our own. */
import { registerAttention } from './attention-webgpu';
import { registerCrossEntropy } from './cross-entropy-webgpu';
import { registerEmbedding } from './embedding-webgpu';
import { registerGatedUnit } from './gated-unit-webgpu';
import { registerHeads } from './heads-webgpu';
import { registerLinear } from './linear-webgpu';
import { registerMatMul } from './matmul-webgpu';
import { registerRmsNorm } from './rms-norm-webgpu';
import { registerRope } from './rope-webgpu';

export function registerTransformerPrograms(): void {
  registerMatMul();
  registerLinear();
  registerEmbedding();
  registerCrossEntropy();
  registerRmsNorm();
  registerRope();
  registerHeads();
  registerGatedUnit();
  registerAttention();
}
