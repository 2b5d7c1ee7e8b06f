/**
 * A WebGPU device that computes nothing: TensorFlow.js and the ops give it their commands as they
 * would to any other, and what each command starts is noted.
 */

export interface Started {
  /** What the program is called. */
  label: string;
  grid: [number, number, number];
  code: string;
}

interface Pipeline {
  label: string;
  code: string;
}

/** As on most graphics processors. */
const limits = {
  maxStorageBuffersPerShaderStage: 10,
  maxComputeWorkgroupStorageSize: 32768,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBufferBindingSize: 2 ** 30,
  maxBufferSize: 2 ** 30,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeInvocationsPerWorkgroup: 1024,
};

/** Puts `navigator.gpu` in place; hears of every dispatch. Every buffer reads as zeros. */
export function provideDevice(hear: (started: Started) => void): void {
  const nothing = () => {};
  class GPUBuffer {
    readonly size: number;
    readonly usage: number;
    constructor({ size, usage }: { size: number; usage: number }) {
      this.size = size;
      this.usage = usage;
    }
    getMappedRange = () => new ArrayBuffer(this.size);
    unmap = nothing;
    destroy = nothing;
    mapAsync = async () => {};
  }
  const pass = () => {
    let pipeline: Pipeline;
    return {
      setPipeline(next: Pipeline) {
        pipeline = next;
      },
      setBindGroup: nothing,
      dispatchWorkgroups: (x: number, y = 1, z = 1) => hear({ ...pipeline, grid: [x, y, z] }),
      end: nothing,
    };
  };
  const pipeline = ({ label, compute }: { label: string; compute: { module: Pipeline } }) => ({
    label,
    code: compute.module.code,
    getBindGroupLayout: () => ({}),
  });
  // A capture hides methods behind properties of its own and takes these away again.
  const queue = { writeBuffer: nothing, submit: nothing, onSubmittedWorkDone: async () => {} };
  const device = Object.create({
    limits,
    features: new Set(),
    lost: new Promise(nothing),
    queue: Object.create(queue),
    createBuffer: (descriptor: GPUBuffer) => new GPUBuffer(descriptor),
    createShaderModule: (descriptor: Pipeline) => descriptor,
    createComputePipeline: pipeline,
    createComputePipelineAsync: async (descriptor: Parameters<typeof pipeline>[0]) =>
      pipeline(descriptor),
    pushErrorScope: nothing,
    popErrorScope: async () => null,
    createBindGroup: (descriptor: object) => descriptor,
    createCommandEncoder: () => ({
      beginComputePass: pass,
      copyBufferToBuffer: nothing,
      finish: () => ({}),
    }),
    addEventListener: nothing,
    destroy: nothing,
  });
  const gpu = {
    requestAdapter: async () => ({
      limits,
      features: new Set(),
      info: { vendor: 'none', architecture: 'none', description: 'none' },
      requestDevice: async () => device,
    }),
  };
  Object.defineProperty(globalThis.navigator, 'gpu', { get: () => gpu, configurable: true });
  const usage = { MAP_READ: 1, MAP_WRITE: 2, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 };
  Object.assign(globalThis, {
    GPUBuffer,
    GPUBufferUsage: usage,
    GPUMapMode: { READ: 1, WRITE: 2 },
  });
}
