/** What our own WebAssembly computes on the WASM backend. */
import { registerAttention } from './attention-wasm';
import { registerExperts } from './experts-wasm';
import { registerHeads } from './heads-wasm';
import { registerKernels, type Wasm } from './module-wasm';
import { registerOptimizer } from './optimizer-wasm';
import { registerProducts } from './products-wasm';
import { registerRouter } from './router-wasm';
import { registerRows } from './rows-wasm';

export { loadWith } from './module-wasm';

export function registerWasm(wasm: Wasm): void {
  // TensorFlow.js copies what it clones, and it clones whatever a gradient needs.
  registerKernels(wasm, { Identity: (wasm, { x }) => wasm.same(x) });
  registerExperts(wasm);
  registerOptimizer(wasm);
  registerRouter(wasm);
  registerProducts(wasm);
  registerRows(wasm);
  registerHeads(wasm);
  registerAttention(wasm);
}
