/**
 * The only import of TensorFlow.js. Model code writes `import * as tf from '../tf'` and uses
 * plain functions (tf.matMul(a, b)), so that a bundle holds only what is used.
 */
export * from '@tensorflow/tfjs-core';

// After the core: registering a gradient reads a flag that the core defines.
import '@tensorflow/tfjs-core/dist/register_all_gradients';

/** Loads a backend's code and registers it; `tf.setBackend(name)` then makes it current. */
export const loadBackend = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
};
