/**
 * How an op of our own becomes a kernel of each backend: WGSL on WebGPU; on WASM and CPU one
 * plain function over typed arrays, which is also what the WGSL has to agree with.
 */

import * as tf from '../core';
import type { WebGPUBackend } from '../internals';
import { perGroup, sharedSums } from './sums';

type Values = Float32Array | Int32Array | Uint8Array;
type Infos = Record<string, tf.TensorInfo>;

export interface Kernel {
  name: string;
  /** Inputs in the order of their names' first use: values, and their shapes. */
  host(
    inputs: Values[],
    attributes: tf.NamedAttrMap,
    shapes: number[][],
  ): { shape: number[]; dtype: 'float32' | 'int32'; values: Values };
  webgpu(backend: WebGPUBackend, inputs: Infos, attributes: tf.NamedAttrMap): tf.TensorInfo;
}

interface HostBackend {
  data?: { get(id: object): { values: Values } };
  makeTensorInfo?(shape: number[], dtype: string, values: Values): tf.TensorInfo;
  typedArrayFromHeap?(info: tf.TensorInfo): Values;
  makeOutput?(shape: number[], dtype: string): tf.TensorInfo;
}

/** A function over typed arrays as a kernel of the WASM or the CPU backend. */
export function hostKernel(compute: Kernel['host']) {
  return (backend: HostBackend, inputs: Infos, attributes: tf.NamedAttrMap): tf.TensorInfo => {
    const given = Object.values(inputs);
    const shapes = given.map((info) => info.shape);
    if (backend.typedArrayFromHeap) {
      const values = given.map((info) => backend.typedArrayFromHeap!(info));
      const result = compute(values, attributes, shapes);
      const output = backend.makeOutput!(result.shape, result.dtype);
      backend.typedArrayFromHeap(output).set(result.values);
      return output;
    }
    const values = given.map((info) => backend.data!.get(info.dataId).values);
    const result = compute(values, attributes, shapes);
    return backend.makeTensorInfo!(result.shape, result.dtype, result.values);
  };
}

/** Registers the kernel for all three backends; those not loaded cost nothing. */
export function onEveryBackend(kernel: Kernel): void {
  const host = hostKernel(kernel.host);
  const run = { webgpu: kernel.webgpu, wasm: host, cpu: host };
  for (const [backendName, compute] of Object.entries(run)) {
    if (tf.getKernel(kernel.name, backendName)) continue;
    tf.registerKernel({
      kernelName: kernel.name,
      backendName,
      kernelFunc: ({ inputs, backend, attrs }) =>
        compute(backend as never, inputs as Infos, (attrs ?? {}) as tf.NamedAttrMap),
    });
  }
}

/** A WebGPU program with one invocation per element of its output, unless said otherwise. */
export function elementwise(parts: {
  shape: number[];
  inputs: string[];
  /** Names the WGSL: programs with one key share one pipeline, so the code may hold no shapes. */
  key: string;
  uniforms?: string;
  functions?: string;
  /** Statements; `index` counts the output's elements, or the invocations if they are fewer. */
  body: string;
  invocations?: number;
  /** WGSL for the number of invocations. */
  count?: string;
  /** See `Program.chain`. */
  chain?: number;
  /**
   * Invocations of a workgroup, a power of two, that share each: the body, which all of them run to
   * its end, knows them by `share` and their place in the workgroup by `own`, has shared memory for
   * one sum (sums.ts), and stores nothing unless `there`.
   */
  shares?: number;
}) {
  const workgroupSize: [number, number, number] = [perGroup, 1, 1];
  const { shares = 1, count = 'uniforms.size' } = parts;
  const apart = perGroup / shares;
  const invocations = (parts.invocations ?? tf.util.sizeFromShape(parts.shape)) * shares;
  return {
    outputShape: parts.shape,
    variableNames: parts.inputs,
    shaderKey: `switchyard_${parts.key}${shares > 1 ? `_split${shares}` : ''}`,
    uniforms: parts.uniforms ?? '',
    size: true,
    chain: parts.chain,
    workgroupSize,
    dispatchLayout: { x: parts.shape.map((_, i) => i) },
    dispatch: [Math.ceil(invocations / workgroupSize[0]), 1, 1] as [number, number, number],
    getUserCode: () =>
      shares > 1
        ? `${sharedSums(1)}
          fn main(id : i32) {
            let own = u32(id) % ${perGroup}u;
            let share = own / ${apart}u;
            let given = id / ${perGroup} * ${apart} + i32(own % ${apart}u);
            let there = given < ${count};
            let index = min(given, ${count} - 1);
            ${parts.body}
          }`
        : `${parts.functions ?? ''}
          fn main(index : i32) {
            if (index < ${count}) { ${parts.body} }
          }`,
  };
}
