/**
 * The metrics of a captured step go to a ring on the device, and the step counter counts, in
 * one small dispatch (more where a stage cannot bind all metrics at once). The page's frame
 * reads the rows it has not seen: one read for many steps, and never a wait within a step.
 */

import { pipelineOf, storageBuffer, type WebGPUBackend } from '../../tensor/internals';
import type * as tf from '../../tensor/tf';
import { rowsToRead } from '../rows';

/** Rows kept on the device; more steps than this between two frames lose the oldest. */
const ringRows = 512;
/** Metrics of one dispatch: a compute stage binds eight storage buffers, two are taken. */
const perDispatch = 6;
/** Numbers that one invocation writes by itself: with few, others would only have to be waited for. */
const mostAlone = 16;

export class Ring {
  readonly buffer: GPUBuffer;
  /** Numbers in one row. */
  readonly width: number;
  private read: number;

  constructor(
    private readonly backend: WebGPUBackend,
    private readonly counter: GPUBuffer,
    private readonly widths: Record<string, number>,
    step: number,
  ) {
    this.width = Object.values(widths).reduce((sum, width) => sum + width, 0);
    this.buffer = storageBuffer(backend, ringRows * this.width * 4, 'metrics');
    this.read = step;
  }

  /**
   * Encodes the dispatches that write one row and count one step, behind the step's own; or compiles
   * them, where programs are only compiled.
   */
  encodeTick(metrics: Record<string, GPUBuffer>): void {
    const { backend, counter, buffer: ring } = this;
    const all = Object.entries(metrics);
    for (let first = 0; first < all.length; first += perDispatch) {
      const some = all.slice(first, first + perDispatch);
      const last = first + perDispatch >= all.length;
      const pipeline = this.pipeline(
        some.map(([name]) => name),
        last,
      );
      if (!pipeline) continue;
      const buffers = [ring, counter, ...some.map(([, buffer]) => buffer)];
      const group = backend.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      backend.ensureCommandEncoderReady();
      backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
      backend.computePassEncoder.setPipeline(pipeline);
      backend.computePassEncoder.setBindGroup(0, group);
      backend.computePassEncoder.dispatchWorkgroups(1);
    }
  }

  /**
   * Encodes copies of the rows not read yet into `staging` from `offset` bytes on; `parse` then
   * finds them in the mapped bytes.
   */
  encodeRead(encoder: GPUCommandEncoder, staging: GPUBuffer, offset: number, step: number) {
    const steps = rowsToRead(Math.max(this.read, step - ringRows), step);
    this.read = step;
    const size = this.width * 4;
    // Neighbours on the ring go in one copy.
    for (let i = 0; i < steps.length; ) {
      const row = (steps[i] - 1) % ringRows;
      let count = 1;
      while (
        i + count < steps.length &&
        steps[i + count] === steps[i] + count &&
        row + count < ringRows
      )
        count++;
      encoder.copyBufferToBuffer(this.buffer, row * size, staging, offset + i * size, count * size);
      i += count;
    }
    return steps;
  }

  /** Metric → rows × width, from the bytes that encodeRead copied. */
  parse(bytes: ArrayBuffer, offset: number, count: number) {
    const all = new Float32Array(bytes, offset, count * this.width);
    const metrics: Record<string, { width: number; data: Float32Array }> = {};
    let column = 0;
    for (const [name, width] of Object.entries(this.widths)) {
      const data = new Float32Array(count * width);
      for (let row = 0; row < count; row++) {
        const start = row * this.width + column;
        data.set(all.subarray(start, start + width), row * width);
      }
      metrics[name] = { width, data };
      column += width;
    }
    return metrics;
  }

  /** Where a metric of a step lies, as long as its row is kept. */
  place(name: string, step: number): { buffer: GPUBuffer; offset: number } {
    const column = this.columns()[name];
    return { buffer: this.buffer, offset: (((step - 1) % ringRows) * this.width + column) * 4 };
  }

  /** From here on, rows of later steps are new. */
  rewind(step: number): void {
    this.read = step;
  }

  destroy(): void {
    this.buffer.destroy();
  }

  /** First number of each metric in a row. */
  private columns(): Record<string, number> {
    let column = 0;
    const columns: Record<string, number> = {};
    for (const [name, width] of Object.entries(this.widths)) {
      columns[name] = column;
      column += width;
    }
    return columns;
  }

  private pipeline(names: string[], last: boolean): GPUComputePipeline | undefined {
    const columns = this.columns();
    const width = names.reduce((sum, name) => sum + this.widths[name], 0);
    // One invocation needs to wait for nobody before it counts.
    const size = width <= mostAlone ? 1 : 64;
    const code = `
      @group(0) @binding(0) var<storage, read_write> ring : array<f32, ${ringRows * Math.max(1, this.width)}>;
      @group(0) @binding(1) var<storage, read_write> counter : array<i32, 1>;
      ${names
        .map(
          (name, i) =>
            `@group(0) @binding(${i + 2}) var<storage, read> metric${i} : array<f32, ${Math.max(1, this.widths[name])}>;`,
        )
        .join('\n')}
      @compute @workgroup_size(${size})
      fn main(@builtin(local_invocation_index) first : u32) {
        let start = (u32(counter[0]) % ${ringRows}u) * ${this.width}u;
        ${names
          .map(
            (name, i) => `for (var i = first; i < ${this.widths[name]}u; i += ${size}u) {
              ring[start + ${columns[name]}u + i] = metric${i}[i];
            }`,
          )
          .join('\n')}
        ${last && size > 1 ? 'storageBarrier();' : ''}
        ${last ? 'if (first == 0u) { counter[0] += 1; }' : ''}
      }`;
    return pipelineOf(this.backend, 'tick', code);
  }
}

/** Width of each metric in a row. */
export function widthsOf(metrics: Record<string, tf.Tensor>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, { size }]) => [name, size]));
}
