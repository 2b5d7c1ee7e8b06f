/**
 * The insides of TensorFlow.js's WebGPU backend (4.22.0, pinned): which buffer holds a tensor, and
 * how programs of our own run among its kernels. No other file touches them but listener.ts beside
 * it; when TensorFlow.js changes, these two are the files to read again.
 */
import * as tf from './core';

interface TensorData {
  values: Float32Array | Int32Array | Uint8Array | null;
  dtype: string;
  shape: number[];
  resource?: GPUBuffer;
  /** True where the buffer is not TensorFlow.js's to release. */
  external?: boolean;
}

/** The backend's members that we use; TensorFlow.js declares most of them private. */
export interface WebGPUBackend {
  device: GPUDevice;
  queue: GPUQueue;
  /** Empty where a browser tells nothing. */
  adapterInfo: { vendor?: string; architecture?: string };
  tensorMap: { get(id: object): TensorData };
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  bufferManager: {
    acquireBuffer(size: number, usage: number, mapped?: boolean, reuse?: boolean): GPUBuffer;
    releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void;
  };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(id: object): void;
  readSync(id: object): unknown;
  read(id: object): Promise<unknown>;
  runWebGPUProgram(
    program: object,
    inputs: tf.TensorInfo[],
    dtype: string,
    uniforms?: { type: string; data: number[] }[],
  ): tf.TensorInfo;
  /** By shader; a promise while a pipeline is being compiled. */
  pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
  checkCompileCompletionAsync(): Promise<void>;
  makeTensorInfo(shape: number[], dtype: string): tf.TensorInfo;
  disposeData(id: object): boolean;
  /** One tensor more holds the same numbers. */
  incRef(id: object): void;
  /** Tensors whose release waits until the commands that use them are handed over. */
  commandQueueOwnedIds: { add(id: object): void };
  dispatchCountInPass: number;
}

/** GPUBufferUsage.STORAGE | COPY_SRC | COPY_DST: of every buffer that holds a tensor. */
export const storage = 0x80 | 0x04 | 0x08;

const sources = new WeakMap<GPUComputePipeline, string>();

/** From here on, what a pipeline of the device was compiled from is known. Call it once a device. */
export function keepSources(device: GPUDevice): void {
  const codes = new WeakMap<GPUShaderModule, string>();
  const { createShaderModule, createComputePipeline, createComputePipelineAsync } = device;
  device.createShaderModule = (descriptor) => {
    const module = createShaderModule.call(device, descriptor);
    codes.set(module, descriptor.code);
    return module;
  };
  const noted = (pipeline: GPUComputePipeline, { compute }: GPUComputePipelineDescriptor) => {
    const code = codes.get(compute.module);
    if (code) sources.set(pipeline, code);
    return pipeline;
  };
  device.createComputePipeline = (descriptor) =>
    noted(createComputePipeline.call(device, descriptor), descriptor);
  device.createComputePipelineAsync = async (descriptor) =>
    noted(await createComputePipelineAsync.call(device, descriptor), descriptor);
}

/** The WGSL of a pipeline; undefined where the device was not made by us. */
export const sourceOf = (pipeline: GPUComputePipeline): string | undefined => sources.get(pipeline);

/** The current backend, if it is WebGPU. */
export function webgpuBackend(): WebGPUBackend | undefined {
  return tf.getBackend() === 'webgpu' ? (tf.backend() as unknown as WebGPUBackend) : undefined;
}

/** Hands all commands encoded so far to the device. */
export function flush(backend: WebGPUBackend): void {
  if (!backend.commandEncoder) return;
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** A buffer of our own that tensors and kernels may use; `bytes` is rounded up to 4. */
export function storageBuffer(backend: WebGPUBackend, bytes: number, label: string): GPUBuffer {
  return backend.device.createBuffer({ size: Math.max(4, bytes), usage: storage, label });
}

/** A tensor that is a view of the buffer: disposing of it leaves the buffer alive. */
export function tensorOver(buffer: GPUBuffer, shape: number[], dtype: string): tf.Tensor {
  return tf.keep(tf.tensor({ buffer, zeroCopy: true }, shape, dtype as 'float32'));
}

/** The buffer that holds a tensor, uploaded if it was still on the CPU. */
export function bufferOf(backend: WebGPUBackend, tensor: tf.Tensor): GPUBuffer {
  backend.uploadToGPU(tensor.dataId);
  return backend.tensorMap.get(tensor.dataId).resource!;
}

/** Type of the numbers in a tensor's buffer, which a cast may have left other than its dtype. */
export function bufferType(backend: WebGPUBackend, tensor: tf.Tensor): string {
  return backend.tensorMap.get(tensor.dataId).dtype;
}

/**
 * Compiles the pipelines that `run` needs, all at once and beside this thread; `run` computes
 * nothing meanwhile. Throws a sentence if one does not compile.
 */
export async function compileAhead(backend: WebGPUBackend, run: () => void): Promise<void> {
  tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
  try {
    run();
  } finally {
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
  }
  try {
    await backend.checkCompileCompletionAsync();
  } catch (error) {
    for (const [key, pipeline] of Object.entries(backend.pipelineCache))
      if (pipeline instanceof Promise) delete backend.pipelineCache[key];
    throw new Error(`The graphics device cannot compile the step: ${(error as Error).message}`);
  }
}

/** A new tensor with the numbers of another: what a program may then change in place. */
export function copyOf(backend: WebGPUBackend, tensor: tf.TensorInfo): tf.TensorInfo {
  const { shape, dtype, dataId } = tensor;
  const copy = backend.makeTensorInfo(shape, dtype);
  const ids = [dataId, copy.dataId];
  for (const id of ids) backend.uploadToGPU(id);
  if (tf.env().getBool('WEBGPU_ENGINE_COMPILE_ONLY')) return copy;
  for (const id of ids) backend.commandQueueOwnedIds.add(id);
  const [from, to] = ids.map((id) => backend.tensorMap.get(id).resource!);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  const bytes = 4 * shape.reduce((size, n) => size * n, 1);
  backend.commandEncoder!.copyBufferToBuffer(from, 0, to, 0, bytes);
  return copy;
}

/**
 * The pipeline of a program of our own, out of TensorFlow.js's cache: equal programs share one. None
 * while programs are only compiled (`compileAhead`).
 */
export function pipelineOf(
  { device, pipelineCache: cache }: WebGPUBackend,
  name: string,
  code: string,
): GPUComputePipeline | undefined {
  const compileOnly = tf.env().getBool('WEBGPU_ENGINE_COMPILE_ONLY');
  if (!cache[code]) {
    const descriptor: GPUComputePipelineDescriptor = {
      label: name,
      layout: 'auto',
      compute: { module: device.createShaderModule({ code, label: name }), entryPoint: 'main' },
    };
    cache[code] = compileOnly
      ? device.createComputePipelineAsync(descriptor)
      : device.createComputePipeline(descriptor);
  }
  if (compileOnly) return undefined;
  const pipeline = cache[code];
  if (pipeline instanceof Promise)
    throw new Error(`The program ${name} is still being compiled; wait for it before running it.`);
  return pipeline;
}

/**
 * Encodes one dispatch of a program of our own, as TensorFlow.js does with its programs: into the
 * same pass, with its buffers and its pipeline cache. Bindings: inputs (and tensors that it
 * changes in place), then results, in order.
 */
export function runProgram(
  backend: WebGPUBackend,
  name: string,
  code: string,
  inputs: tf.TensorInfo[],
  results: { shape: number[]; dtype: 'float32' | 'int32' }[],
  grid: [number, number, number],
): tf.TensorInfo[] {
  const outputs = results.map(({ shape, dtype }) => backend.makeTensorInfo(shape, dtype));
  const tensors = [...inputs, ...outputs];
  for (const { dataId } of tensors) backend.uploadToGPU(dataId);
  const pipeline = pipelineOf(backend, name, code);
  if (!pipeline) return outputs;
  const group = backend.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: tensors.map(({ dataId }, binding) => ({
      binding,
      resource: { buffer: backend.tensorMap.get(dataId).resource! },
    })),
  });
  for (const { dataId } of tensors) backend.commandQueueOwnedIds.add(dataId);
  backend.ensureCommandEncoderReady();
  backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
  backend.computePassEncoder.setPipeline(pipeline);
  backend.computePassEncoder.setBindGroup(0, group);
  backend.computePassEncoder.dispatchWorkgroups(...grid);
  backend.dispatchCountInPass++;
  return outputs;
}
