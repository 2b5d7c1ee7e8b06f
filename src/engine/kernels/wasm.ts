/** What our own WebAssembly computes on the WASM backend. */
import file from '../wasm/kernels.wasm?url&no-inline';
import { registerAttention } from './attention-wasm';
import { registerExperts } from './experts-wasm';
import { registerHeads } from './heads-wasm';
import { loadWith, registerKernels, type Wasm } from './module-wasm';
import { registerOptimizer } from './optimizer-wasm';
import { registerProducts } from './products-wasm';
import { registerRouter } from './router-wasm';
import { registerRows } from './rows-wasm';

/** Called before the backend is set; `located` turns a bundler's address into one to load from. */
export function loadWasm(located: (file: string) => string): void {
  loadWith(located(file), register);
}

function register(wasm: Wasm): void {
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
