/**
 * The only import of TensorFlow.js. Model code writes `import * as tf from '../tf'` and uses
 * plain functions (tf.matMul(a, b)), so that a bundle holds only what is used.
 */
export * from '@tensorflow/tfjs-core';

// After the core: registering a gradient reads a flag that the core defines.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerOverrides } from '../engine/kernels/overrides';
import { registerRandom } from '../engine/kernels/random';

// Random numbers of the device, in place of TensorFlow.js's, which draws them on the CPU.
export {
  randomBits,
  randomInt,
  randomNormal,
  randomUniform,
} from '../engine/kernels/random';

function registerOwn(backend: 'webgpu' | 'wasm' | 'cpu'): void {
  registerOverrides(backend);
  registerRandom();
}

/** Loads a backend's code and registers it; `tf.setBackend(name)` then makes it current. */
export const loadBackend = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    registerOwn('cpu');
  },
  wasm: async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    registerOwn('wasm');
  },
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    registerOwn('webgpu');
  },
};
