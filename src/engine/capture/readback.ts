/** From the device to the host, without waiting in a step. */
import { flush, type WebGPUBackend } from '../../tensor/internals';

/** The first `sizes[i]` bytes of each buffer from its offset on, as they are now. */
export async function readBuffers(
  backend: WebGPUBackend,
  from: { buffer: GPUBuffer; offset: number }[],
  sizes: number[],
): Promise<ArrayBuffer[]> {
  const { device } = backend;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const staging = stagingBuffer(device, total);
  flush(backend);
  const encoder = device.createCommandEncoder();
  let offset = 0;
  from.forEach((source, i) => {
    encoder.copyBufferToBuffer(source.buffer, source.offset, staging, offset, sizes[i]);
    offset += sizes[i];
  });
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(mapRead);
    const bytes = staging.getMappedRange();
    let start = 0;
    return sizes.map((size) => {
      start += size;
      return bytes.slice(start - size, start);
    });
  } finally {
    staging.destroy();
  }
}

export const mapRead = 1; // GPUMapMode.READ

/** A buffer that the host can map and the device can copy to. */
export function stagingBuffer(device: GPUDevice, bytes: number): GPUBuffer {
  const usage = 1 | 8; // GPUBufferUsage.MAP_READ | COPY_DST
  return device.createBuffer({ size: Math.max(4, bytes), usage, label: 'reading' });
}

/** Largest difference between two tensors' numbers, as a share of the largest of the first. */
export function difference(a: ArrayBuffer, b: ArrayBuffer, dtype: string): number {
  const view = (bytes: ArrayBuffer) =>
    dtype === 'float32' ? new Float32Array(bytes) : new Int32Array(bytes);
  const [want, found] = [view(a), view(b)];
  let largest = 1e-6;
  let distance = 0;
  for (let i = 0; i < want.length; i++) {
    if (Object.is(want[i], found[i])) continue;
    const apart = Math.abs(want[i] - found[i]);
    if (Number.isNaN(apart)) return Infinity;
    if (Number.isFinite(want[i])) largest = Math.max(largest, Math.abs(want[i]));
    distance = Math.max(distance, apart);
  }
  return distance / largest;
}
