/**
 * A trainer that runs every step through TensorFlow.js: for WASM and CPU, and for a step that
 * cannot be captured. Same session, same numbers, more time.
 */

import type { Numbers, StepInput } from '../../model/experiments/types';
import { flush, webgpuBackend } from '../../tensor/internals';
import * as tf from '../../tensor/tf';
import {
  type Checkpoint,
  checkMetrics,
  checkState,
  mostRows,
  type Reading,
  rowsToRead,
  type State,
  type Trainer,
  type Work,
} from '../trainer';

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
  step: number;
  private current: Record<string, tf.Tensor>;
  private readonly live: Record<string, tf.Scalar> = {};
  private readonly inputs: Record<string, tf.Tensor> = {};
  /** One tensor per step not read yet: all metrics in a row. */
  private rows: { step: number; row: tf.Tensor1D }[] = [];
  private widths: Record<string, number> = {};
  private disposed = false;

  constructor(private readonly work: Work) {
    this.step = work.step;
    this.current = Object.fromEntries(
      Object.entries(work.session.state).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))]),
    );
    for (const [name, value] of Object.entries(work.live))
      this.live[name] = tf.keep(tf.scalar(value));
    this.setInputs(work.inputs);
  }

  advance(steps: number, until: number): { steps: number; done: Promise<void> } {
    let taken = 0;
    do {
      this.takeStep();
      taken++;
    } while (taken < steps && performance.now() < until);
    return { steps: taken, done: finished() };
  }

  setLive(name: string, value: number): void {
    this.live[name]?.dispose();
    this.live[name] = tf.keep(tf.scalar(value));
  }

  setInputs(inputs: Record<string, Numbers>): void {
    for (const [name, { shape, data }] of Object.entries(inputs)) {
      this.inputs[name]?.dispose();
      this.inputs[name] = tf.keep(tf.tensor(data, shape, 'float32'));
    }
  }

  async read(withProbes: boolean): Promise<Reading> {
    const { step, widths } = this;
    const rows = this.rows.splice(0);
    const wanted = new Set(rowsToRead(0, rows.length).map((row) => rows[row - 1]));
    const read: Promise<Float32Array>[] = [];
    for (const entry of rows) if (wanted.has(entry)) read.push(entry.row.data<'float32'>());
    const probes = withProbes ? this.readProbes() : [];
    const values = await Promise.all(read);
    for (const { row } of rows) row.dispose();
    const metrics: Reading['metrics'] = {};
    let column = 0;
    for (const [name, width] of Object.entries(widths)) {
      const data = new Float32Array(values.length * width);
      values.forEach((row, i) => {
        data.set(row.subarray(column, column + width), i * width);
      });
      metrics[name] = { width, data };
      column += width;
    }
    return {
      step,
      steps: rows.filter((entry) => wanted.has(entry)).map((entry) => entry.step),
      metrics,
      probes: Object.fromEntries(await Promise.all(probes)),
    };
  }

  async state(): Promise<Checkpoint> {
    const { step } = this;
    // Clones: the next step may replace the tensors while they are read.
    const entries = Object.entries(this.current).map(
      ([name, tensor]) => [name, tf.clone(tensor)] as const,
    );
    const state: State = {};
    for (const [name, tensor] of entries) {
      const { shape, dtype } = tensor;
      const data = (await tensor.data()).slice();
      tensor.dispose();
      if (dtype === 'int32') state[name] = { shape, dtype, data: data as Int32Array };
      else state[name] = { shape, dtype: 'float32', data: data as Float32Array };
    }
    return { step, state };
  }

  restore(step: number, state: State): void {
    for (const [name, { shape, dtype, data }] of Object.entries(state)) {
      this.current[name]?.dispose();
      this.current[name] = tf.keep(tf.tensor(data.slice(), shape, dtype));
    }
    for (const { row } of this.rows.splice(0)) row.dispose();
    this.step = step;
  }

  dispose(): void {
    this.disposed = true;
    const all = [this.current, this.live, this.inputs].flatMap((record) => Object.values(record));
    for (const tensor of all) tensor.dispose();
    for (const { row } of this.rows.splice(0)) row.dispose();
  }

  private takeStep(): void {
    if (this.disposed) throw new Error('This run was closed.');
    const result = tf.tidy(() => {
      const { state, metrics } = this.work.session.step(this.input());
      checkState(this.current, state);
      checkMetrics(metrics);
      const parts = Object.values(metrics).map((metric) => tf.reshape(metric, [-1]) as tf.Tensor1D);
      return { state, row: parts.length > 1 ? tf.concat(parts) : parts[0], metrics };
    });
    const next = new Set(Object.values(result.state));
    for (const tensor of Object.values(this.current)) if (!next.has(tensor)) tensor.dispose();
    this.widths = Object.fromEntries(
      Object.entries(result.metrics).map(([name, { size }]) => [name, size]),
    );
    for (const tensor of Object.values(result.metrics))
      if (!next.has(tensor) && tensor !== result.row) tensor.dispose();
    this.current = result.state;
    this.step++;
    this.keepRow(result.row);
  }

  /** Rows wait on the device until they are read: few, evenly thinned. */
  private keepRow(row: tf.Tensor1D): void {
    this.rows.push({ step: this.step, row: tf.keep(row) });
    if (this.rows.length < 2 * mostRows) return;
    this.rows = this.rows.filter((entry, i) => {
      if (i % 2) return true;
      entry.row.dispose();
      return false;
    });
  }

  private readProbes() {
    return Object.entries(this.work.session.probes ?? {}).map(async ([name, probe]) => {
      const tensor = tf.tidy(() => tf.clone(probe(this.input())));
      const data = Float32Array.from(await tensor.data());
      tensor.dispose();
      return [name, { shape: tensor.shape, data }] as const;
    });
  }

  private input(): StepInput {
    return {
      state: this.current,
      live: this.live,
      inputs: this.inputs,
      random: { seed: this.work.seed, counter: tf.scalar(this.step, 'int32') },
    };
  }
}
