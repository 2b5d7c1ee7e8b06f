/** WebGPU in Node: the folder `webgpu` beside this script, and what TensorFlow.js expects there. */
import { createRequire } from 'node:module';

export async function provideWebGPU(): Promise<void> {
  Object.assign(globalThis, {
    require: createRequire(import.meta.url),
    __dirname: import.meta.dirname,
  });
  const place = new URL('./webgpu/index.js', import.meta.url).href;
  const { create, globals } = await import(/* @vite-ignore */ place);
  Object.assign(globalThis, globals);
  const gpu = create([]);
  // An object that is let go of ends its device.
  Object.defineProperty(globalThis.navigator, 'gpu', { get: () => gpu, configurable: true });
}
