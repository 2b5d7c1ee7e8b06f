/** What our own WebAssembly computes on the WASM backend. */
import { registerExperts } from './experts-wasm';
import type { Wasm } from './module-wasm';
import { registerOptimizer } from './optimizer-wasm';
import { registerProducts } from './products-wasm';

export { loadWith } from './module-wasm';

export function registerWasm(wasm: Wasm): void {
  registerExperts(wasm);
  registerOptimizer(wasm);
  registerProducts(wasm);
}
