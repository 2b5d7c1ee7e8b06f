/** What our own WebAssembly computes on the WASM backend. */
import file from '../assembly/kernels.wasm?url&no-inline';
import { registerAttention } from './attention/wasm';
import { registerCrossEntropy } from './cross-entropy/wasm';
import { registerEmbedding } from './embedding/wasm';
import { registerExperts } from './experts/wasm';
import { registerHeads } from './heads/wasm';
import { registerLinear } from './linear/wasm';
import { loadWith, registerKernels, type Wasm } from './on-wasm';
import { registerOptimizer } from './optimizer/wasm';
import { registerProducts } from './products/wasm';
import { registerRmsNorm } from './rms-norm/wasm';
import { registerRouter } from './router/wasm';
import { registerSwitchLoss } from './switch-loss/wasm';

/** Called before the backend is set; `located` turns a bundler's address into one to load from. */
export function loadWasm(located: (file: string) => string): void {
  loadWith(located(file), register);
}

function register(wasm: Wasm): void {
  // TensorFlow.js copies what it clones, and it clones whatever a gradient needs.
  registerKernels(wasm, { Identity: (wasm, { x }) => wasm.same(x) });
  for (const each of [
    registerAttention,
    registerCrossEntropy,
    registerEmbedding,
    registerExperts,
    registerHeads,
    registerLinear,
    registerOptimizer,
    registerProducts,
    registerRmsNorm,
    registerRouter,
    registerSwitchLoss,
  ])
    each(wasm);
}
