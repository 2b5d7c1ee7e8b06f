/**
 * Counts at the WebGPU interface itself, the same way for every system: dispatches, submissions
 * and bytes of buffers alive. Wrapping costs under a microsecond a call.
 */
let dispatches = 0;
let submits = 0;
let bytes = 0;

const sizes = new WeakMap<GPUBuffer, number>();

/** Call before any device is made. */
export function watchWebGPU(): void {
  if (!('GPUDevice' in globalThis)) return;
  wrap(
    GPUComputePassEncoder.prototype,
    ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'],
    () => {
      dispatches++;
    },
  );
  wrap(GPUQueue.prototype, ['submit'], () => {
    submits++;
  });
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    bytes += descriptor.size;
    sizes.set(buffer, descriptor.size);
    return buffer;
  };
  wrap(GPUBuffer.prototype, ['destroy'], (buffer) => {
    bytes -= sizes.get(buffer as GPUBuffer) ?? 0;
    sizes.delete(buffer as GPUBuffer);
  });
}

export const counts = () => ({ dispatches, submits, bytes });

function wrap(prototype: object, names: string[], hear: (self: object) => void): void {
  const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const original = methods[name];
    methods[name] = function (this: object, ...args) {
      hear(this);
      return original.apply(this, args);
    };
  }
}
