/**
 * Everything that touches the insides of TensorFlow.js's WebGPU backend (4.22.0, pinned): which
 * buffer holds a tensor, and a listener that notes every GPU command of a function as it runs.
 * No other file may; when TensorFlow.js changes, this is the file to read again.
 */
import * as tf from './core';

export interface TensorData {
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

const storage = 0x80 | 0x04 | 0x08; // GPUBufferUsage.STORAGE | COPY_SRC | COPY_DST
const uniform = 0x40; // GPUBufferUsage.UNIFORM

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

/** Why a step cannot be captured, in a sentence. */
export class Refusal extends Error {}

export interface Dispatch {
  /** Kernel of TensorFlow.js that gave this command. */
  op: string;
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  buffers: GPUBuffer[];
  grid: [number, number, number];
}

export interface Copy {
  op: string;
  from: GPUBuffer;
  fromOffset: number;
  to: GPUBuffer;
  toOffset: number;
  bytes: number;
}

export type Command = Dispatch | Copy;

/** Numbers that went from the CPU to the device: equal in every step, or the capture is wrong. */
export interface Upload {
  op: string;
  bytes: Uint8Array;
}

interface Heard {
  commands: Command[];
  uploads: Upload[];
  /** Something that only shows when it is too late to throw. */
  fault: string | undefined;
}

/**
 * Runs functions as usual while noting their commands. Buffers made meanwhile are the listener's
 * own: intermediate ones come from a private pool, so that the order of reuse repeats; uniforms
 * and constants are never reused. They live until `destroy`.
 */
export class Listener {
  /** Bytes on the device that belong to this listener. */
  bytes = 0;
  private readonly own = new Set<GPUBuffer>();
  /** With their bytes. */
  private readonly constants = new Map<GPUBuffer, Uint8Array>();
  private readonly pool = new Map<string, GPUBuffer[]>();
  private readonly groups = new WeakMap<GPUBindGroup, GPUBuffer[]>();

  constructor(private readonly backend: WebGPUBackend) {}

  hear<T>(run: () => T): { result: T; commands: Command[]; uploads: Upload[] } {
    const { backend } = this;
    const engine = tf.engine();
    // While a capture waited for the device, another lab may have used another backend.
    if (tf.getBackend() !== 'webgpu') void tf.setBackend('webgpu');
    flush(backend);
    const heard: Heard = { commands: [], uploads: [], fault: undefined };
    const remove = this.install(heard);
    engine.startScope('listening');
    const made = engine.state.activeScope.track;
    let finished = false;
    try {
      const result = run();
      finished = true;
      flush(backend);
      if (heard.fault) throw new Refusal(heard.fault);
      return { result, ...heard };
    } finally {
      // What a failed run leaves behind goes while its buffers are still known.
      engine.endScope(finished ? made.slice() : undefined);
      flush(backend);
      remove();
    }
  }

  /** Leaves a tensor made while it listens to the listener: disposing of it frees nothing. */
  adopt(tensor: tf.Tensor): GPUBuffer {
    const buffer = bufferOf(this.backend, tensor);
    if (this.own.has(buffer)) this.backend.tensorMap.get(tensor.dataId).external = true;
    return buffer;
  }

  /** True for a buffer that recorded commands write: neither a constant nor somebody else's. */
  writes(buffer: GPUBuffer): boolean {
    return this.own.has(buffer) && !this.constants.has(buffer);
  }

  /** The numbers of a constant that the recorded function sent to the device. */
  constant(buffer: GPUBuffer): Uint8Array | undefined {
    return this.constants.get(buffer);
  }

  destroy(): void {
    for (const buffer of this.own) buffer.destroy();
    this.own.clear();
    this.constants.clear();
    this.pool.clear();
    this.bytes = 0;
  }

  private create(size: number, usage: number, mapped = false): GPUBuffer {
    const buffer = this.backend.device.createBuffer({ size, usage, mappedAtCreation: mapped });
    this.own.add(buffer);
    this.bytes += size;
    return buffer;
  }

  /** Puts the hooks in place; the function returned takes them out again. */
  private install(heard: Heard): () => void {
    const { backend, pool, own, groups } = this;
    const { commands, uploads } = heard;
    const { device, queue, bufferManager } = backend;
    const engine = tf.engine();
    const firstId = newestDataId();
    let op = 'no kernel';
    const undo: (() => void)[] = [];
    const hook = <O extends object, K extends keyof O>(target: O, name: K, value: O[K]) => {
      // The originals are methods of the class: an own property hides them for a while.
      target[name] = value;
      undo.push(() => delete target[name]);
    };

    const { runKernel } = engine;
    hook(engine, 'runKernel', ((name: string, ...rest: [never, never]) => {
      const outer = op;
      op = name;
      try {
        return runKernel.call(engine, name, ...rest);
      } finally {
        op = outer;
      }
    }) as typeof runKernel);

    const createBindGroup = device.createBindGroup.bind(device);
    hook(device, 'createBindGroup', (descriptor) => {
      const group = createBindGroup(descriptor);
      groups.set(
        group,
        [...descriptor.entries].map((entry) => (entry.resource as GPUBufferBinding).buffer),
      );
      return group;
    });

    const { writeBuffer } = queue;
    hook(queue, 'writeBuffer', ((...args: Parameters<GPUQueue['writeBuffer']>) => {
      const [, , data, offset = 0, size] = args;
      uploads.push({ op, bytes: bytesOf(data, offset, size) });
      writeBuffer.apply(queue, args);
    }) as typeof writeBuffer);

    hook(backend, 'ensureCommandEncoderReady', () => {
      backend.commandEncoder ??= listen(device.createCommandEncoder(), commands, () => op, groups);
    });

    const { acquireBuffer, releaseBuffer } = bufferManager;
    hook(bufferManager, 'acquireBuffer', (size, usage, mapped = false) => {
      if (usage & uniform) return this.create(size, usage);
      const free = mapped ? undefined : pool.get(`${size} ${usage}`)?.pop();
      return free ?? this.create(size, usage, mapped);
    });
    hook(bufferManager, 'releaseBuffer', (buffer, reuse) => {
      if (!own.has(buffer)) {
        heard.fault ??= `The step disposes of a tensor that it did not make (in ${op}); a step may only return new ones.`;
        releaseBuffer.call(bufferManager, buffer, reuse);
      } else if (!(buffer.usage & uniform)) {
        const key = `${buffer.size} ${buffer.usage}`;
        if (!pool.has(key)) pool.set(key, []);
        pool.get(key)!.push(buffer);
      }
    });

    const { uploadToGPU } = backend;
    hook(backend, 'uploadToGPU', (id) => {
      const data = backend.tensorMap.get(id);
      if (data.resource || !data.values) return uploadToGPU.call(backend, id);
      const values =
        data.dtype === 'float32' ? new Float32Array(data.values) : Int32Array.from(data.values);
      const size = Math.max(4, values.byteLength);
      if ((id as { id: number }).id <= firstId) {
        // Made before the step (a data set): it outlives the capture and stays TensorFlow.js's.
        data.resource = acquireBuffer.call(bufferManager, size, storage);
      } else {
        data.resource = this.create(size, storage);
        data.external = true;
        const bytes = new Uint8Array(values.buffer);
        this.constants.set(data.resource, bytes);
        uploads.push({ op, bytes });
      }
      writeBuffer.call(queue, data.resource, 0, values);
      data.values = null;
    });

    const read = (id: object, original: (id: object) => unknown) => {
      if (backend.tensorMap.get(id).values) return original.call(backend, id);
      throw new Refusal(
        `The step reads numbers back from the device (in ${op}); it may only compute with tensors.`,
      );
    };
    const { readSync, read: readLater } = backend;
    hook(backend, 'readSync', (id) => read(id, readSync));
    hook(backend, 'read', (id) => read(id, readLater) as Promise<unknown>);

    return () => {
      for (const restore of undo.reverse()) restore();
    };
  }
}

/** Ids of tensors count up: whatever is newer than this is made later. */
function newestDataId(): number {
  const probe = tf.scalar(0);
  const { id } = probe.dataId as { id: number };
  probe.dispose();
  return id;
}

function bytesOf(
  data: GPUAllowSharedBufferSource,
  offset: number,
  size: number | undefined,
): Uint8Array {
  if (!ArrayBuffer.isView(data)) return new Uint8Array(data, offset, size).slice();
  const scale = (data as Float32Array).BYTES_PER_ELEMENT ?? 1;
  const start = data.byteOffset + offset * scale;
  const length = size === undefined ? data.byteLength - offset * scale : size * scale;
  return new Uint8Array(data.buffer, start, length).slice();
}

/** An encoder that passes every command on and notes it. */
function listen(
  encoder: GPUCommandEncoder,
  commands: Command[],
  op: () => string,
  groups: WeakMap<GPUBindGroup, GPUBuffer[]>,
): GPUCommandEncoder {
  const heard = {
    beginComputePass(descriptor?: GPUComputePassDescriptor) {
      const pass = encoder.beginComputePass(descriptor);
      let pipeline: GPUComputePipeline;
      let group: GPUBindGroup;
      return {
        setPipeline(next: GPUComputePipeline) {
          pipeline = next;
          pass.setPipeline(next);
        },
        setBindGroup(index: number, next: GPUBindGroup) {
          group = next;
          pass.setBindGroup(index, next);
        },
        dispatchWorkgroups(x: number, y = 1, z = 1) {
          const buffers = groups.get(group);
          if (!buffers)
            throw new Refusal(`The step binds buffers that were grouped before it (in ${op()}).`);
          commands.push({ op: op(), pipeline, group, buffers, grid: [x, y, z] });
          pass.dispatchWorkgroups(x, y, z);
        },
        end: () => pass.end(),
      };
    },
    copyBufferToBuffer(
      from: GPUBuffer,
      fromOffset: number,
      to: GPUBuffer,
      toOffset: number,
      bytes: number,
    ) {
      commands.push({ op: op(), from, fromOffset, to, toOffset, bytes });
      encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
    },
    finish: () => encoder.finish(),
  };
  return new Proxy(heard as unknown as GPUCommandEncoder, {
    get(target, name) {
      if (name in target) return target[name as keyof GPUCommandEncoder];
      throw new Refusal(
        `The step uses the command ${String(name)}, which a capture cannot hold (in ${op()}).`,
      );
    },
  });
}
