/**
 * Capture of a training step: it runs once through TensorFlow.js while its GPU commands are
 * noted; from then on a step is those commands again, without TensorFlow.js.
 *
 * The state lies in two sets of buffers. The commands noted read set A and write set B; a twin
 * of them with A and B exchanged takes the step after that. So nothing is copied back, and many
 * steps make one compute pass. Where a result cannot trade places (a constant, another part of
 * the state), it is copied at the end of the step; where it is a changed copy of the state, the
 * state itself is changed (in-place.ts).
 *
 * A capture is believed only after a check: two steps replayed must give what two steps through
 * TensorFlow.js gave, and those two must have sent the same commands and the same numbers.
 */

import { checkMetrics, checkState, type Work } from '../../model/experiments/train';
import type { StepInput } from '../../model/experiments/types';
import { bufferType, compileAhead, flush, type WebGPUBackend } from '../../tensor/internals';
import { type Command, Listener, Refusal } from '../../tensor/listener';
import * as tf from '../../tensor/tf';
import { mark } from '../marks';
import { FixedBuffers, type Parity } from './buffers';
import type { Fusion } from './fusion/fusion';
import type { Adapter } from './fusion/plan';
import { changedInPlace } from './in-place';
import { difference, readBuffers } from './readback';
import { Replay, sameCommands } from './replay';
import { Ring, widthsOf } from './ring';

export interface Probe {
  name: string;
  shape: number[];
  dtype: string;
  bytes: number;
  /** Where its result lies, after an even and after an odd number of steps. */
  buffers: [GPUBuffer, GPUBuffer];
}

/** Commands of a step, from set A and from set B. */
type Twins = [Command[], Command[]];

export class Capture {
  readonly fixed: FixedBuffers;
  ring!: Ring;
  readonly probes: Probe[] = [];
  parity: Parity = 0;
  private steps!: Twins;
  private probing!: Twins;
  private readonly listener: Listener;
  private fusing?: Promise<void>;
  private fusion?: Fusion;
  private destroyed = false;
  /** Settled once it is known which commands became one; until then a step is as recorded. */
  judged?: Promise<void>;

  /** Throws a Refusal if a capture would be wrong; the session is then as it was. */
  static async of(backend: WebGPUBackend, work: Work): Promise<Capture> {
    backend.device.pushErrorScope('validation');
    const capture = new Capture(backend, work);
    let failure: unknown;
    try {
      await capture.build();
    } catch (error) {
      failure = error;
    }
    const invalid = await backend.device.popErrorScope();
    capture.fixed.releaseViews();
    if (failure ?? invalid) capture.destroy();
    if (failure) throw failure;
    if (invalid)
      throw new Refusal(`The graphics device refused a command of the step: ${invalid.message}`);
    return capture;
  }

  private constructor(
    private readonly backend: WebGPUBackend,
    private readonly work: Work,
  ) {
    this.listener = new Listener(backend);
    this.fixed = new FixedBuffers(backend, work);
  }

  get dispatches(): number {
    return this.steps[0].filter((command) => 'grid' in command).length;
  }

  /** Bytes on the device that this capture holds. */
  get bytes(): number {
    return this.listener.bytes + this.fixed.bytes + this.ring.buffer.size;
  }

  /** Encodes and submits `count` steps. */
  run(count: number): void {
    const { backend, fixed } = this;
    flush(backend);
    const encoder = backend.device.createCommandEncoder();
    const replay = new Replay(encoder);
    const { trades } = fixed;
    const { fusion } = this;
    const trying = fusion !== undefined && !this.judged;
    for (let i = 0; i < count; i++) {
      replay.add(trying && i === 0 ? this.trial(fusion) : this.steps[this.parity]);
      if (trades) this.parity = this.parity ? 0 : 1;
    }
    replay.end();
    backend.queue.submit([encoder.finish()]);
    if (trying) this.judged = this.judge(fusion);
  }

  /**
   * Compiles what makes the step fewer commands (fusion/fusion.ts). The next step after that tries
   * it; what it gave is then what `judged` waits for. `adapter` is for tests: as if on such a one.
   */
  fuse(adapter?: Adapter): Promise<void> {
    this.fusing ??= this.compileFused(adapter);
    return this.fusing;
  }

  encodeProbes(encoder: GPUCommandEncoder): void {
    const replay = new Replay(encoder);
    replay.add(this.probing[this.parity]);
    replay.end();
  }

  destroy(): void {
    this.destroyed = true;
    this.fusion?.destroy();
    this.listener.destroy();
    this.ring?.destroy();
    this.fixed.destroy();
  }

  private async build(): Promise<void> {
    const { fixed } = this;
    const even = fixed.stepInput(0);
    await this.compile(even);
    mark('step compiled');
    const probing = this.recordProbes(even);
    const first = this.recordStep(even);
    mark('step recorded');
    const apart = new Listener(this.backend);
    try {
      const odd = fixed.stepInput(1);
      const second = apart.hear(() => this.step(odd, apart));
      sameCommands(first, second);
      this.steps = this.twins(changedInPlace(this.backend, fixed, first.commands));
      this.probing = this.twins(probing.commands);
      for (const probe of this.probes) probe.buffers[1] = fixed.partner(probe.buffers[0]);
      await this.compare(second.result, odd);
      mark('step compared');
    } finally {
      apart.destroy();
    }
    this.reset();
  }

  private twins(commands: Command[]): Twins {
    return [commands, commands.map((command) => this.fixed.traded(command))];
  }

  private async compileFused(adapter?: Adapter): Promise<void> {
    const { fixed, listener } = this;
    const needed = new Set(
      this.probing.flat().flatMap((c) => ('grid' in c ? c.buffers : [c.from, c.to])),
    );
    for (const { buffers } of Object.values(fixed.state))
      for (const one of buffers) needed.add(one);
    const knowledge = {
      passing: (buffer: GPUBuffer) => listener.writes(buffer) && !needed.has(buffer),
      constant: (buffer: GPUBuffer) => listener.constant(buffer),
    };
    // Nobody fetches it who looks only at the first steps.
    const { Fusion } = await import('./fusion/fusion');
    if (this.destroyed) return;
    const fusion = await Fusion.of(this.backend, this.steps[0], knowledge, adapter);
    if (!this.destroyed) this.fusion = fusion;
  }

  private trial(fusion: Fusion): Command[] {
    const { fixed, parity } = this;
    return fusion.trial((command) => (parity ? fixed.traded(command) : command));
  }

  private async judge(fusion: Fusion): Promise<void> {
    try {
      await fusion.judge();
    } catch {
      // The device is gone, or this capture is.
      return;
    }
    if (!this.destroyed) this.steps = this.twins(fusion.commands);
  }

  /** Compiles all that the step and the probes run: one by one it would take several times longer. */
  private async compile(input: StepInput): Promise<void> {
    const apart = new Listener(this.backend);
    try {
      await compileAhead(this.backend, () =>
        apart.hear(() => {
          const { tensors, metrics, widths } = this.step(input, apart);
          this.ring = new Ring(this.backend, this.fixed.counter, widths, this.work.step);
          this.ring.encodeTick(metrics);
          const probes = Object.values(this.work.session.probes ?? {});
          const probed = probes.map((probe) => tf.tidy(() => probe(input)));
          disposeAll([...tensors, ...probed], input);
        }),
      );
    } finally {
      apart.destroy();
    }
  }

  /** One step through TensorFlow.js, and the buffers of its results in a fixed order. */
  private step(input: StepInput, listener: Listener): Stepped {
    const { state, metrics } = tf.tidy(() => {
      const result = this.work.session.step(input);
      return { state: result.state, metrics: result.metrics };
    });
    checkState(input.state, state);
    checkMetrics(metrics);
    const buffers = (kind: string, tensors: Record<string, tf.Tensor>) =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [
          name,
          this.bufferOf(listener, tensor, `The ${kind} ${name}`),
        ]),
      );
    return {
      tensors: [...Object.values(state), ...Object.values(metrics)],
      state: buffers('state', state),
      metrics: buffers('metric', metrics),
      widths: widthsOf(metrics),
    };
  }

  /** Notes a step from set A, and lets set B be where its results lie. */
  private recordStep(input: StepInput) {
    const { listener } = this;
    return listener.hear(() => {
      const { tensors, state, metrics } = this.step(input, listener);
      this.ring.encodeTick(metrics);
      this.settle(state);
      disposeAll(tensors, input);
    });
  }

  /** Decides for each result of a step whether its buffer trades places with the state's. */
  private settle(results: Record<string, GPUBuffer>): void {
    const { fixed, listener } = this;
    const taken = new Set(Object.values(fixed.state).map(({ buffers }) => buffers[0]));
    const copies: { from: GPUBuffer; to: GPUBuffer }[] = [];
    for (const [name, buffer] of Object.entries(results)) {
      const { buffers } = fixed.state[name];
      if (buffer === buffers[0]) continue;
      if (taken.has(buffer) || !listener.writes(buffer) || buffer.size !== buffers[0].size)
        copies.push({ from: buffer, to: buffers[0] });
      else buffers[1] = buffer;
      taken.add(buffer);
    }
    const targets = new Set(copies.map(({ to }) => to));
    const staged = copies.map(({ from, to }) => {
      // A part of the state that moves elsewhere must be read before it is overwritten.
      if (!targets.has(from)) return { from, to };
      const between = fixed.create(from.size, 'moving state');
      this.encodeCopy(from, between);
      return { from: between, to };
    });
    for (const { from, to } of staged) this.encodeCopy(from, to);
  }

  private encodeCopy(from: GPUBuffer, to: GPUBuffer): void {
    const { backend } = this;
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.commandEncoder!.copyBufferToBuffer(from, 0, to, 0, to.size);
  }

  private recordProbes(input: StepInput) {
    const probes = Object.entries(this.work.session.probes ?? {});
    return this.listener.hear(() => {
      for (const [name, probe] of probes) {
        const tensor = tf.tidy(() => probe(input));
        const buffer = this.bufferOf(this.listener, tensor, `The probe ${name}`);
        const { shape, dtype, size } = tensor;
        this.probes.push({ name, shape, dtype, bytes: size * 4, buffers: [buffer, buffer] });
        disposeAll([tensor], input);
      }
    });
  }

  /** The buffer of a result, kept from being reused; throws if its numbers are not what it says. */
  private bufferOf(listener: Listener, tensor: tf.Tensor, what: string): GPUBuffer {
    const buffer = listener.adopt(tensor);
    const type = bufferType(this.backend, tensor);
    if (type !== tensor.dtype)
      throw new Refusal(
        `${what} is ${tensor.dtype}, but its buffer holds ${type}: a cast did not convert it.`,
      );
    return buffer;
  }

  /** The second of two steps through TensorFlow.js against the second of two replayed ones. */
  private async compare(second: Stepped, input: StepInput): Promise<void> {
    const { backend, ring, fixed } = this;
    const results = { ...second.state, ...prefixed('metric ', second.metrics) };
    const names = Object.keys(results);
    const places = (buffers: Record<string, GPUBuffer>) =>
      names.map((name) => ({ buffer: buffers[name], offset: 0 }));
    const sizes = second.tensors.map(({ size }) => size * 4);
    const types = second.tensors.map(({ dtype }) => dtype);
    const wanting = readBuffers(backend, places(results), sizes);
    disposeAll(second.tensors, input);

    this.reset();
    this.run(2);
    const finding = readBuffers(
      backend,
      [
        ...Object.keys(second.state).map((name) => ({
          buffer: fixed.state[name].buffers[0],
          offset: 0,
        })),
        ...Object.keys(second.metrics).map((name) => ring.place(name, this.work.step + 2)),
      ],
      sizes,
    );
    const [want, found] = await Promise.all([wanting, finding]);
    names.forEach((name, i) => {
      const distance = difference(want[i], found[i], types[i]);
      if (distance > tolerance)
        throw new Refusal(
          `The replayed step differs from the step through TensorFlow.js in ${name}, by ${distance.toExponential(1)} of its size.`,
        );
    });
  }

  /** Back to the start, before any step. */
  private reset(): void {
    this.fixed.reset();
    this.ring.rewind(this.work.step);
    this.parity = 0;
  }
}

/** What one step gave: its tensors, state first, and where their numbers lie. */
interface Stepped {
  tensors: tf.Tensor[];
  state: Record<string, GPUBuffer>;
  metrics: Record<string, GPUBuffer>;
  widths: Record<string, number>;
}

/** How far a replayed number may lie from TensorFlow.js's, as a share of the largest in its tensor. */
const tolerance = 1e-5;

const prefixed = <V>(prefix: string, record: Record<string, V>): Record<string, V> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));

/** Disposes of what a step made; what it only passed on stays. */
function disposeAll(tensors: tf.Tensor[], { state, live, inputs }: StepInput): void {
  const given = new Set(
    [state, live, inputs].flatMap((record) => Object.values<tf.Tensor>(record)),
  );
  for (const tensor of tensors) if (!given.has(tensor)) tensor.dispose();
}
