/**
 * Our own WebAssembly beside TensorFlow.js's: src/tensor/assembly, compiled, working in the memory of
 * TensorFlow.js's module (4.22.0, pinned), so that no tensor is copied. Where there is no SIMD it
 * is not loaded, and the ops' plain TensorFlow.js runs instead.
 */
import * as tf from '../core';

/** What src/tensor/assembly/index.ts exports: addresses in bytes, lengths in numbers. */
export type Exports = Record<string, (...numbers: (number | boolean)[]) => number>;

/** The backend's members that we use; TensorFlow.js declares most of them private. */
interface WasmBackend extends tf.KernelBackend {
  wasm: {
    asm: { memory: WebAssembly.Memory };
    HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(address: number): void;
    tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  dataIdMap: { get(id: object): Place };
  makeOutput(shape: number[], dtype: string): tf.TensorInfo;
  incRef(id: object): void;
  /** True if nobody else held it. */
  disposeData(id: object): boolean;
}

/** Where the numbers of tensors lie, and how many tensors share them. */
export interface Place {
  /** What TensorFlow.js's WebAssembly knows them by. */
  id: number;
  memoryOffset: number;
  refCount: number;
}

export type Infos = Record<string, tf.TensorInfo>;

export const sizeOf = ({ shape }: tf.TensorInfo): number => tf.util.sizeFromShape(shape);

/** The backend and our module in its memory. */
export class Wasm {
  readonly run: Exports;
  /** Room for products, one at a time. */
  private readonly panel: number;

  constructor(
    readonly backend: WasmBackend,
    module: WebAssembly.Module,
  ) {
    const { memory } = backend.wasm.asm;
    this.run = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
    this.panel = backend.wasm._malloc(this.run.roomForProduct()) >>> 0;
  }

  /** Where a tensor's numbers begin. */
  at(info: tf.TensorInfo): number {
    return this.placeOf(info).memoryOffset >>> 0;
  }

  placeOf({ dataId }: tf.TensorInfo): Place {
    return this.backend.dataIdMap.get(dataId);
  }

  /** A new tensor, not yet written. */
  output(shape: number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    return this.backend.makeOutput(shape, dtype);
  }

  /** The same numbers as another tensor: nothing is copied, since no kernel writes what it is given. */
  same({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Views hold until more memory is allocated. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.backend.wasm.HEAPU8.buffer, address, count);
  }

  /** The numbers of a tensor, to be read or written. */
  numbers(info: tf.TensorInfo): Float32Array {
    return this.floats(this.at(info), sizeOf(info));
  }

  integers(address: number, count: number): Int32Array {
    return new Int32Array(this.backend.wasm.HEAPU8.buffer, address, count);
  }

  /** Room for intermediates, `counts` numbers each, while `compute` runs. */
  withRoom<T>(counts: number[], compute: (...addresses: number[]) => T): T {
    const { _malloc, _free } = this.backend.wasm;
    const total = counts.reduce((sum, count) => sum + padded(count), 0);
    const start = _malloc(total * 4) >>> 0;
    if (!start) throw new Error(`WebAssembly has no room left for ${total} more numbers.`);
    try {
      let next = start;
      return compute(
        ...counts.map((count) => {
          const address = next;
          next += padded(count) * 4;
          return address;
        }),
      );
    } finally {
      _free(start);
    }
  }

  /** c [rows, columns] = a · b. */
  multiply(rows: number, columns: number, inner: number, a: Factor, b: Factor, c: Target): void {
    const { run, panel } = this;
    run.multiply(
      rows,
      columns,
      inner,
      a.at,
      a.apart,
      a.turned ?? false,
      b.at,
      b.apart,
      b.turned ?? false,
      c.at,
      c.apart,
      c.adds ?? false,
      panel,
    );
  }
}

/** A matrix in memory: its rows lie `apart` numbers apart, or if `turned` its columns. */
export interface Factor {
  at: number;
  apart: number;
  turned?: boolean;
}

/** A matrix to be written, or if `adds` to be added to, by rows. */
export interface Target {
  at: number;
  apart: number;
  adds?: boolean;
}

/** So that what lies behind begins at a multiple of 16 bytes. */
const padded = (count: number): number => Math.ceil(count / 4) * 4;

type Compute = (
  wasm: Wasm,
  inputs: Infos,
  attributes: Record<string, unknown>,
) => tf.TensorInfo | tf.TensorInfo[];

/** Registers kernels of the WASM backend, in place of those that it has by the same names. */
export function registerKernels(wasm: Wasm, kernels: Record<string, Compute>): void {
  for (const [kernelName, compute] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) =>
        compute(wasm, inputs as Infos, (attrs ?? {}) as Record<string, unknown>),
    });
  }
}

/**
 * Makes the WASM backend, when it starts, load our module from `url` as well and hand it to
 * `register`. Called before the backend is set.
 */
export function loadWith(url: string, register: (wasm: Wasm) => void): void {
  if (loaded) return;
  loaded = true;
  // A second thread would serve products of TensorFlow.js alone, which ours replace; it would need
  // scripts out of blobs, and memory of another kind.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const start = tf.findBackendFactory('wasm');
  if (!start) throw new Error('The WASM backend has to be loaded before kernels of our own.');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', async () => {
    const [backend, module] = await Promise.all([start(), compiled(url)]);
    if (module) register(new Wasm(backend as unknown as WasmBackend, module));
    return backend;
  });
}

let loaded = false;

/** Nothing where there is no SIMD. Throws if the file is not to be had. */
async function compiled(url: string): Promise<WebAssembly.Module | undefined> {
  if (!(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT'))) return undefined;
  return WebAssembly.compile(await bytesOf(url));
}

async function bytesOf(url: string): Promise<BufferSource> {
  if (typeof process !== 'undefined' && process.versions?.node && url.startsWith('/'))
    return process.getBuiltinModule('node:fs').readFileSync(url);
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`The kernels at ${url} are not there: status ${answer.status}.`);
  return answer.arrayBuffer();
}
