/**
 * A trainer that runs every step through TensorFlow.js: for WASM and CPU, and for a step that
 * cannot be captured. Same session, same numbers, more time.
 */

import type { Checkpoint, State } from '../../model/experiments/session';
import { Training, type Work } from '../../model/experiments/train';
import type { Numbers } from '../../model/experiments/types';
import { flush, webgpuBackend } from '../../tensor/internals';
import * as tf from '../../tensor/tf';
import { apart, Rows } from '../rows';
import type { Reading, Trainer } from '../trainer';

/** On WebGPU the steps are only encoded so far; without a wait they would pile up. */
function finished(): Promise<void> {
  const backend = webgpuBackend();
  if (!backend) return Promise.resolve();
  flush(backend);
  return backend.queue.onSubmittedWorkDone().then(() => {});
}

export class EagerTrainer implements Trainer {
  readonly captured = false;
  readonly dispatches = 0;
  readonly bytes = 0;
  private readonly training: Training;
  /** On the device, one tensor per step not read yet: all metrics in a row. */
  private readonly rows = new Rows<tf.Tensor1D>((row) => row.dispose());
  private widths: Record<string, number> = {};

  constructor(work: Work) {
    this.training = new Training(work);
  }

  get step(): number {
    return this.training.step;
  }

  advance(steps: number, until: number): { steps: number; done: Promise<void> } {
    let taken = 0;
    do {
      this.keepRow(this.training.take());
      taken++;
    } while (taken < steps && performance.now() < until);
    return { steps: taken, done: finished() };
  }

  setLive(name: string, value: number): void {
    this.training.setLive(name, value);
  }

  setInputs(inputs: Record<string, Numbers>): void {
    this.training.setInputs(inputs);
  }

  async read(withProbes: boolean): Promise<Reading> {
    const { step, widths } = this;
    const wanted = this.rows.take();
    const read = wanted.map(({ row }) => row.data<'float32'>());
    const probes = withProbes ? this.readProbes() : [];
    const values = await Promise.all(read);
    for (const { row } of wanted) row.dispose();
    return {
      step,
      steps: wanted.map((one) => one.step),
      metrics: apart(values, widths),
      probes: Object.fromEntries(await Promise.all(probes)),
    };
  }

  state(): Promise<Checkpoint> {
    return this.training.state();
  }

  restore(step: number, state: State): void {
    this.training.restore(step, state);
    this.rows.clear();
  }

  dispose(): void {
    this.training.dispose();
    this.rows.clear();
  }

  private keepRow(metrics: Record<string, tf.Tensor>): void {
    const all = Object.values(metrics);
    this.widths = Object.fromEntries(
      Object.entries(metrics).map(([name, { size }]) => [name, size]),
    );
    const row = tf.tidy(() => {
      const parts = all.map((metric) => tf.reshape(metric, [-1]) as tf.Tensor1D);
      return parts.length > 1 ? tf.concat(parts) : parts[0];
    });
    tf.dispose(all);
    this.rows.add(this.step, tf.keep(row));
  }

  private readProbes() {
    return Object.entries(this.training.probes()).map(async ([name, tensor]) => {
      const data = Float32Array.from(await tensor.data());
      tensor.dispose();
      return [name, { shape: tensor.shape, data }] as const;
    });
  }
}
