/**
 * The one door to TensorFlow.js and to the ops of our own. Model code writes
 * `import * as tf from '../../tensor/tf'` and uses plain functions (tf.matMul(a, b)), so that a
 * bundle holds only what is used. core.ts, tf-gradients.ts and tf-webgpu.ts say what of
 * TensorFlow.js there is.
 */
export * from './core';

import { explainMissingBackend } from './backend-first';
import { registerAssignment } from './ops/assignment/op';
import { registerOverrides } from './ops/overrides';
import { registerRandom } from './ops/random/op';

export { setBackend } from './backend-first';
export { balancedAssignment } from './ops/assignment/op';
export {
  type Attended,
  type AttentionInputs,
  attentionWeights,
  causalMask,
} from './ops/attention/definition';
export { attention } from './ops/attention/op';
export { crossEntropies, crossEntropy } from './ops/cross-entropy/op';
export { embed, oneHotRows } from './ops/embedding/op';
export { groupedExperts } from './ops/experts/op';
export { type Fused, fused } from './ops/fused';
export { gatedUnit } from './ops/gated-unit/op';
export { heads, type Projection, products } from './ops/heads/op';
export { joinHeads, splitHeads } from './ops/heads/split';
export { linear } from './ops/linear/op';
export { optimize } from './ops/optimizer/op';
// Random numbers of the device, in place of TensorFlow.js's, which draws them on the CPU.
export {
  randomBits,
  randomInt,
  randomNormal,
  randomUniform,
} from './ops/random/op';
export { rmsNorm, rmsNormBeside } from './ops/rms-norm/op';
export { turned } from './ops/rope/op';
export type { RouterForm } from './ops/router/kernel';
export { routeByScores } from './ops/router/op';
export { comparable, topKMask } from './ops/router/top-k';
export { addSwitchLoss, switchLoss } from './ops/switch-loss/op';
export { withoutGradient } from './ops/without-gradient';

explainMissingBackend();

function registerOwn(backend: 'webgpu' | 'wasm' | 'cpu'): void {
  registerOverrides(backend);
  registerRandom();
  registerAssignment();
}

/** Loads a backend's code and registers it; `tf.setBackend(name)` then makes it current. */
export const loadBackend = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    registerOwn('cpu');
  },
  wasm: async () => {
    const [{ setWasmPaths }, { loadWasm }, plain, simd, threaded] = await Promise.all([
      import('@tensorflow/tfjs-backend-wasm'),
      import('./ops/wasm'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'),
    ]);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': located(plain.default),
      'tfjs-backend-wasm-simd.wasm': located(simd.default),
      'tfjs-backend-wasm-threaded-simd.wasm': located(threaded.default),
    });
    registerOwn('wasm');
    loadWasm(located);
  },
  webgpu: async () => {
    const { registerWebGPU } = await import('./tf-webgpu');
    registerWebGPU();
    registerOwn('webgpu');
  },
};

/** The site's own copy of a binary: a file next to this script, or in Node one on the disk. */
function located(url: string): string {
  if (typeof process !== 'undefined' && process.versions?.node && url.startsWith('/')) {
    const [path] = url.split('?');
    return path.startsWith('/@fs/') ? path.slice(4) : process.cwd() + path;
  }
  return new URL(url, import.meta.url).href;
}
