/**
 * A listener that notes every GPU command of a function as it runs. It sits in TensorFlow.js's
 * WebGPU backend, whose insides internals.ts describes.
 */
import * as tf from './core';
import { bufferOf, flush, storage, type WebGPUBackend } from './internals';

const uniform = 0x40; // GPUBufferUsage.UNIFORM

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
