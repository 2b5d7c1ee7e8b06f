/** A trainer that replays a captured step: almost no JavaScript per step, many steps a submit. */

import type { Checkpoint, State } from '../../model/experiments/session';
import type { Work } from '../../model/experiments/train';
import type { Numbers } from '../../model/experiments/types';
import { flush, type WebGPUBackend } from '../../tensor/internals';
import { mostRows } from '../rows';
import type { Reading, Trainer } from '../trainer';
import { Capture } from './capture';
import { mapRead, readBuffers, stagingBuffer } from './readback';

/**
 * Steps after which a capture's commands are put together: by then a reader has seen the first ones,
 * and nobody waits for what is compiled now.
 */
const fusedAfter = 120;

export class CapturedTrainer implements Trainer {
  readonly captured = true;
  step: number;
  private staging: GPUBuffer | undefined;
  private reading: Promise<unknown> = Promise.resolve();
  private taken = 0;

  /** Throws a Refusal, and leaves the session as it was, if its step cannot be captured. */
  static async of(backend: WebGPUBackend, work: Work): Promise<CapturedTrainer> {
    return new CapturedTrainer(backend, await Capture.of(backend, work), work.step);
  }

  private constructor(
    private readonly backend: WebGPUBackend,
    readonly capture: Capture,
    step: number,
  ) {
    this.step = step;
  }

  get dispatches(): number {
    return this.capture.dispatches;
  }

  get bytes(): number {
    return this.capture.bytes;
  }

  advance(steps: number, _until?: number): { steps: number; done: Promise<void> } {
    // Where that fails, the step stays as it was recorded.
    if (this.taken >= fusedAfter) this.capture.fuse().catch(() => {});
    this.capture.run(steps);
    this.step += steps;
    this.taken += steps;
    return { steps, done: this.backend.queue.onSubmittedWorkDone().then(() => {}) };
  }

  setLive(name: string, value: number): void {
    const { fixed } = this.capture;
    fixed.write(fixed.live[name], Float32Array.of(value));
  }

  setInputs(inputs: Record<string, Numbers>): void {
    const { fixed } = this.capture;
    for (const [name, { data }] of Object.entries(inputs)) fixed.write(fixed.inputs[name], data);
  }

  /** One copy and one mapping bring all rows and probes. */
  read(withProbes: boolean): Promise<Reading> {
    const next = this.reading.then(() => this.readNow(withProbes));
    this.reading = next.catch(() => {});
    return next;
  }

  async state(): Promise<Checkpoint> {
    const { step, capture } = this;
    const entries = Object.entries(capture.fixed.state);
    const buffers = entries.map(([, { buffers }]) => ({
      buffer: buffers[capture.parity],
      offset: 0,
    }));
    const bytes = await readBuffers(
      this.backend,
      buffers,
      entries.map(([, { shape }]) => 4 * shape.reduce((size, n) => size * n, 1)),
    );
    const state: State = {};
    entries.forEach(([name, { shape, dtype }], i) => {
      if (dtype === 'int32') state[name] = { shape, dtype, data: new Int32Array(bytes[i]) };
      else state[name] = { shape, dtype: 'float32', data: new Float32Array(bytes[i]) };
    });
    return { step, state };
  }

  restore(step: number, state: State): void {
    const { fixed, parity, ring } = this.capture;
    for (const [name, { data }] of Object.entries(state))
      fixed.write(fixed.state[name].buffers[parity], data);
    fixed.write(fixed.counter, Int32Array.of(step));
    ring.rewind(step);
    this.step = step;
  }

  dispose(): void {
    this.capture.destroy();
    this.staging?.destroy();
  }

  private async readNow(withProbes: boolean): Promise<Reading> {
    const { backend, capture, step } = this;
    const { ring } = capture;
    const probes = withProbes ? capture.probes : [];
    const probeBytes = probes.reduce((sum, probe) => sum + probe.bytes, 0);
    this.staging ??= stagingBuffer(
      backend.device,
      mostRows * ring.width * 4 + capture.probes.reduce((sum, probe) => sum + probe.bytes, 0),
    );
    const { staging } = this;
    flush(backend);
    const encoder = backend.device.createCommandEncoder();
    if (probes.length) capture.encodeProbes(encoder);
    let offset = 0;
    for (const { buffers, bytes } of probes) {
      encoder.copyBufferToBuffer(buffers[capture.parity], 0, staging, offset, bytes);
      offset += bytes;
    }
    const steps = ring.encodeRead(encoder, staging, probeBytes, step);
    backend.queue.submit([encoder.finish()]);
    await staging.mapAsync(mapRead);
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    let start = 0;
    return {
      step,
      steps,
      metrics: ring.parse(bytes, probeBytes, steps.length),
      probes: Object.fromEntries(
        probes.map(({ name, shape, dtype, bytes: size }) => {
          const Numbers = dtype === 'float32' ? Float32Array : Int32Array;
          const data = Float32Array.from(new Numbers(bytes, start, size / 4));
          start += size;
          return [name, { shape, data }];
        }),
      ),
    };
  }
}
