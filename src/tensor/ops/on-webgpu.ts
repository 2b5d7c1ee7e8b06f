/** How a program of our own becomes a kernel of the WebGPU backend, or stands in for one of it. */

import * as tf from '../core';
import type { WebGPUBackend } from '../internals';
import { granted } from './program';

export type Infos = Record<string, tf.TensorInfo>;

/** Registers a kernel with any number of results; once, however often it is called. */
export function onWebGPU<Attributes>(
  kernelName: string,
  run: (backend: WebGPUBackend, inputs: Infos, attributes: Attributes) => tf.TensorInfo[],
): void {
  if (tf.getKernel(kernelName, 'webgpu')) return;
  tf.registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, backend, attrs }) =>
      run(backend as unknown as WebGPUBackend, inputs as Infos, attrs as Attributes),
  });
}

/**
 * Takes the place of TensorFlow.js's kernel. Where `run` gives nothing, and where kernels of our own
 * are not granted, that one computes as before.
 */
export function insteadOf<Attributes>(
  kernelName: string,
  run: (backend: WebGPUBackend, inputs: Infos, attributes: Attributes) => tf.TensorInfo | undefined,
): void {
  const original = tf.getKernel(kernelName, 'webgpu');
  tf.unregisterKernel(kernelName, 'webgpu');
  tf.registerKernel({
    ...original,
    kernelFunc: (call) => {
      const { inputs, backend, attrs = {} } = call;
      const result =
        granted.kernels &&
        run(backend as unknown as WebGPUBackend, inputs as Infos, attrs as Attributes);
      return result || original.kernelFunc(call);
    },
  });
}

/** Workgroups of 64 in x and, where there are more than WebGPU takes, in y. */
export function groupsOf64(invocations: number): [number, number] {
  const groups = Math.max(1, Math.ceil(invocations / 64));
  const down = Math.ceil(groups / 65535);
  return [Math.ceil(groups / down), down];
}

/** WGSL of a program of one invocation each: `index` counts them. */
export const eachOf = (invocations: number, body: string, functions = ''): string => `${functions}
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3u) {
    let index = id.x + id.y * ${groupsOf64(invocations)[0] * 64}u;
    if (index >= ${invocations}u) { return; }
    ${body}
  }`;
