/**
 * The buffers that a captured step's commands hold on to: the state in two sets, and everything
 * else that a step reads. What goes into them may change; the buffers do not.
 */

import type { Work } from '../../model/experiments/train';
import type { StepInput } from '../../model/experiments/types';
import {
  bufferOf,
  flush,
  storageBuffer,
  tensorOver,
  type WebGPUBackend,
} from '../../tensor/internals';
import type { Command } from '../../tensor/listener';
import type * as tf from '../../tensor/tf';
import { rebound } from './in-place';

/** Which set holds the state: A after an even number of steps, B after an odd one. */
export type Parity = 0 | 1;

export interface StateEntry {
  shape: number[];
  dtype: string;
  /** In set A and in set B; the same one where the two do not trade places. */
  buffers: [GPUBuffer, GPUBuffer];
}

export class FixedBuffers {
  readonly state: Record<string, StateEntry> = {};
  readonly counter: GPUBuffer;
  readonly live: Record<string, GPUBuffer> = {};
  readonly inputs: Record<string, GPUBuffer> = {};
  private readonly made: GPUBuffer[] = [];
  private readonly views: tf.Tensor[] = [];

  constructor(
    private readonly backend: WebGPUBackend,
    private readonly work: Work,
  ) {
    this.counter = this.create(4, 'step counter');
    for (const [name, { shape, size, dtype }] of Object.entries(work.session.state)) {
      const a = this.create(size * 4, name);
      this.state[name] = { shape, dtype, buffers: [a, a] };
    }
    for (const [name, value] of Object.entries(work.live)) {
      this.live[name] = this.create(4, name);
      this.write(this.live[name], Float32Array.of(value));
    }
    for (const [name, { data }] of Object.entries(work.inputs)) {
      this.inputs[name] = this.create(data.byteLength, name);
      this.write(this.inputs[name], data);
    }
    this.reset();
  }

  /** What a step reads, as tensors over these buffers; they live until `releaseViews`. */
  stepInput(parity: Parity): StepInput {
    const { work } = this;
    const tensors = <V>(record: Record<string, V>, tensor: (name: string, value: V) => tf.Tensor) =>
      Object.fromEntries(
        Object.entries(record).map(([name, value]) => [name, tensor(name, value)]),
      );
    return {
      state: tensors(this.state, (_, { buffers, shape, dtype }) =>
        this.view(buffers[parity], shape, dtype),
      ),
      live: tensors(this.live, (_, buffer) => this.view(buffer, [], 'float32')) as Record<
        string,
        tf.Scalar
      >,
      inputs: tensors(this.inputs, (name, buffer) =>
        this.view(buffer, work.inputs[name].shape, 'float32'),
      ),
      random: { seed: work.seed, counter: this.view(this.counter, [], 'int32') as tf.Scalar },
    };
  }

  releaseViews(): void {
    for (const view of this.views.splice(0)) view.dispose();
  }

  /** The state as the session started it, in set A; the counter likewise. */
  reset(): void {
    const { backend, work } = this;
    const encoder = backend.device.createCommandEncoder();
    for (const [name, tensor] of Object.entries(work.session.state)) {
      const from = bufferOf(backend, tensor);
      encoder.copyBufferToBuffer(from, 0, this.state[name].buffers[0], 0, tensor.size * 4);
    }
    flush(backend);
    backend.queue.submit([encoder.finish()]);
    this.write(this.counter, Int32Array.of(work.step));
  }

  write(buffer: GPUBuffer, data: Float32Array | Int32Array): void {
    this.backend.queue.writeBuffer(buffer, 0, data.slice());
  }

  create(bytes: number, label: string): GPUBuffer {
    const buffer = storageBuffer(this.backend, bytes, label);
    this.made.push(buffer);
    return buffer;
  }

  get bytes(): number {
    return this.made.reduce((sum, { size }) => sum + size, 0);
  }

  /** True if a step moves any of the state to the other set. */
  get trades(): boolean {
    return Object.values(this.state).some(({ buffers: [a, b] }) => a !== b);
  }

  /** The buffer with sets A and B exchanged. */
  partner(buffer: GPUBuffer): GPUBuffer {
    for (const { buffers } of Object.values(this.state)) {
      if (buffers[0] === buffer) return buffers[1];
      if (buffers[1] === buffer) return buffers[0];
    }
    return buffer;
  }

  /** The command with sets A and B exchanged. */
  traded(command: Command): Command {
    return rebound(this.backend, command, (buffer) => this.partner(buffer));
  }

  destroy(): void {
    this.releaseViews();
    for (const buffer of this.made.splice(0)) buffer.destroy();
  }

  private view(buffer: GPUBuffer, shape: number[], dtype: string): tf.Tensor {
    const tensor = tensorOver(buffer, shape, dtype);
    this.views.push(tensor);
    return tensor;
  }
}
