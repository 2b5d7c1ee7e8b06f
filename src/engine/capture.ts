/**
 * Capture of a training step: it runs once through TensorFlow.js while its GPU commands are
 * noted; from then on a step is those commands again, without TensorFlow.js.
 *
 * The state lives in two sets of buffers. The commands noted read set A and write set B; a twin
 * of them with A and B exchanged takes the step after that. So nothing is copied back, and many
 * steps make one compute pass. Where a result cannot trade places (a constant, another part of
 * the state), it is copied at the end of the step.
 *
 * A capture is believed only after a check: two steps replayed must give what two steps through
 * TensorFlow.js gave, and those two must have sent the same commands and the same numbers.
 */
import * as tf from '../model/tf';
import type { StepInput } from '../model/types';
import {
  bufferOf,
  bufferType,
  type Command,
  compileAhead,
  flush,
  Recorder,
  Refusal,
  storageBuffer,
  tensorOver,
  type WebGPUBackend,
} from './internals';
import { difference, readBuffers } from './readback';
import { Replay, sameCommands } from './replay';
import { Ring, ringRows, widthsOf } from './ring';
import { checkMetrics, checkState, type Work } from './trainer';

export interface Probe {
  name: string;
  shape: number[];
  bytes: number;
  /** Its buffer after the commands ran: from an even and from an odd number of steps. */
  buffers: [GPUBuffer, GPUBuffer];
}

/** The device's side of one session: fixed buffers, and the commands between them. */
export class Capture {
  /** State → its buffer after an even number of steps, and after an odd one. */
  readonly state: Record<
    string,
    { shape: number[]; dtype: string; buffers: [GPUBuffer, GPUBuffer] }
  > = {};
  readonly counter: GPUBuffer;
  readonly live: Record<string, GPUBuffer> = {};
  readonly inputs: Record<string, GPUBuffer> = {};
  ring!: Ring;
  probes: Probe[] = [];
  /** Commands of a step, from an even and from an odd number of steps. */
  private steps!: [Command[], Command[]];
  private probing!: [Command[], Command[]];
  /** 0 while the state lies in set A. */
  parity: 0 | 1 = 0;
  readonly recorder: Recorder;
  private readonly made: GPUBuffer[] = [];
  private readonly views: tf.Tensor[] = [];

  /** Throws a Refusal if a capture would be wrong; the session is then as it was. */
  static async of(backend: WebGPUBackend, work: Work): Promise<Capture> {
    const capture = new Capture(backend, work);
    backend.device.pushErrorScope('validation');
    let failure: unknown;
    try {
      await capture.build();
    } catch (error) {
      failure = error;
    }
    const invalid = await backend.device.popErrorScope();
    for (const view of capture.views.splice(0)) view.dispose();
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
    this.recorder = new Recorder(backend);
    this.counter = this.buffer(4, 'step counter');
  }

  get dispatches(): number {
    return this.steps[0].filter((command) => 'grid' in command).length;
  }

  /** Encodes and submits `count` steps. */
  run(count: number): void {
    flush(this.backend);
    const encoder = this.backend.device.createCommandEncoder();
    const replay = new Replay(encoder);
    for (let i = 0; i < count; i++) {
      replay.add(this.steps[this.parity]);
      if (this.trades) this.parity = this.parity ? 0 : 1;
    }
    replay.end();
    this.backend.queue.submit([encoder.finish()]);
  }

  encodeProbes(encoder: GPUCommandEncoder): void {
    const replay = new Replay(encoder);
    replay.add(this.probing[this.parity]);
    replay.end();
  }

  destroy(): void {
    this.recorder.destroy();
    this.ring?.destroy();
    for (const buffer of this.made.splice(0)) buffer.destroy();
  }

  /** Bytes on the device that this capture holds. */
  get bytes(): number {
    const own = this.made.reduce((sum, { size }) => sum + size, 0);
    return own + this.recorder.bytes + (this.ring?.buffer.size ?? 0);
  }

  private get trades(): boolean {
    return Object.values(this.state).some(({ buffers: [a, b] }) => a !== b);
  }

  private async build(): Promise<void> {
    const { backend, work } = this;
    const { session } = work;
    for (const [name, tensor] of Object.entries(session.state)) {
      const a = this.buffer(tensor.size * 4, name);
      this.state[name] = { shape: tensor.shape, dtype: tensor.dtype, buffers: [a, a] };
    }
    const shared = this.sharedInputs();
    this.reset();

    const even = { ...shared, state: this.stateTensors(0) };
    await this.compile(even);
    const probing = this.recordProbes(even);
    const first = this.recordStep(even);
    this.steps = [first.commands, first.commands.map((command) => this.traded(command))];
    this.probing = [probing.commands, probing.commands.map((command) => this.traded(command))];
    for (const probe of this.probes) probe.buffers[1] = this.partner(probe.buffers[0]);

    const apart = new Recorder(backend);
    try {
      const odd = { ...shared, state: this.stateTensors(1) };
      const second = apart.record(() => {
        const result = this.step(odd);
        return { ...result, buffers: this.buffersOf(apart, result) };
      });
      sameCommands(first, second);
      await this.compare(second.result);
    } finally {
      apart.destroy();
    }
    this.reset();
  }

  /** One step through TensorFlow.js. */
  private step(input: StepInput): Stepped {
    const result = tf.tidy(() => {
      const { state, metrics } = this.work.session.step(input);
      return { state, metrics };
    });
    checkState(input.state, result.state);
    checkMetrics(result.metrics);
    return result;
  }

  /** Compiles all that the step and the probes run: one by one it would take several times longer. */
  private async compile(input: StepInput): Promise<void> {
    const { backend, work } = this;
    const apart = new Recorder(backend);
    try {
      await compileAhead(backend, () =>
        apart.record(() => {
          const { state, metrics } = this.step(input);
          const probes = Object.values(work.session.probes ?? {});
          const probed = probes.map((probe) => tf.tidy(() => probe(input)));
          const made = [...Object.values(state), ...Object.values(metrics), ...probed];
          disposeAll(made, Object.values(input.state));
        }),
      );
    } finally {
      apart.destroy();
    }
  }

  /** Notes a step from set A, and lets set B be where its results lie. */
  private recordStep(input: StepInput) {
    const { backend, recorder } = this;
    return recorder.record(() => {
      const { state, metrics } = this.step(input);
      const buffers = this.buffersOf(recorder, { state, metrics });
      this.ring = new Ring(backend, this.counter, widthsOf(metrics), this.work.step);
      this.ring.encodeTick(
        Object.keys(metrics).map((name) => ({ name, buffer: buffers.metrics[name] })),
      );
      this.settle(buffers.state);
      disposeAll([...Object.values(state), ...Object.values(metrics)], Object.values(input.state));
    });
  }

  /** Decides for each result of a step whether its buffer trades places with the state's. */
  private settle(outputs: Record<string, GPUBuffer>): void {
    const taken = new Set(Object.values(this.state).map(({ buffers }) => buffers[0]));
    const copies: { from: GPUBuffer; to: GPUBuffer }[] = [];
    for (const [name, buffer] of Object.entries(outputs)) {
      const entry = this.state[name];
      const [a] = entry.buffers;
      if (buffer === a) continue;
      if (taken.has(buffer) || !this.recorder.writes(buffer) || buffer.size !== a.size)
        copies.push({ from: buffer, to: a });
      else entry.buffers[1] = buffer;
      taken.add(buffer);
    }
    const targets = new Set(copies.map(({ to }) => to));
    const staged = copies.map(({ from, to }) => {
      // A part of the state that moves elsewhere must be read before it is overwritten.
      if (!targets.has(from)) return { from, to };
      const between = this.buffer(from.size, 'moving state');
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
    return this.recorder.record(() => {
      for (const [name, probe] of probes) {
        const tensor = tf.tidy(() => probe(input));
        const buffer = this.adopted(this.recorder, tensor, `The probe ${name}`);
        const bytes = tensor.size * 4;
        this.probes.push({ name, shape: tensor.shape, bytes, buffers: [buffer, buffer] });
        disposeAll([tensor], Object.values(input.state));
      }
    });
  }

  /** The buffer of a result, kept from being reused; throws if its numbers are not what it says. */
  private adopted(recorder: Recorder, tensor: tf.Tensor, what: string): GPUBuffer {
    const buffer = recorder.adopt(tensor);
    const type = bufferType(this.backend, tensor);
    if (type !== tensor.dtype)
      throw new Refusal(
        `${what} is ${tensor.dtype}, but its buffer holds ${type}: a cast did not convert it.`,
      );
    return buffer;
  }

  /** Buffers of a step's results, in a fixed order: constants among them are uploaded here. */
  private buffersOf(recorder: Recorder, { state, metrics }: Stepped) {
    const of = (kind: string, tensors: Record<string, tf.Tensor>) =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => [
          name,
          this.adopted(recorder, tensor, `The ${kind} ${name}`),
        ]),
      );
    return { state: of('state', state), metrics: of('metric', metrics) };
  }

  /** Two steps through TensorFlow.js against two replayed from the same start. */
  private async compare(
    second: Stepped & { buffers: { state: Buffers; metrics: Buffers } },
  ): Promise<void> {
    const { backend, ring } = this;
    const names = Object.keys(this.state);
    const metrics = Object.keys(second.metrics);
    const expected = [
      ...names.map((name) => second.buffers.state[name]),
      ...metrics.map((name) => second.buffers.metrics[name]),
    ].map((buffer) => ({ buffer, offset: 0 }));
    const sizes = [
      ...names.map((name) => second.state[name].size * 4),
      ...metrics.map((name) => second.metrics[name].size * 4),
    ];
    const wanting = readBuffers(backend, expected, sizes);
    disposeAll([...Object.values(second.state), ...Object.values(second.metrics)], this.views);

    this.reset();
    this.run(2);
    const row = ((this.work.step + 1) % ringRows) * ring.width * 4;
    let column = 0;
    const finding = readBuffers(
      backend,
      [
        ...names.map((name) => ({ buffer: this.state[name].buffers[0], offset: 0 })),
        ...metrics.map((name) => {
          const offset = row + column * 4;
          column += second.metrics[name].size;
          return { buffer: ring.buffer, offset };
        }),
      ],
      sizes,
    );
    const [want, found] = await Promise.all([wanting, finding]);
    [...names, ...metrics].forEach((name, i) => {
      const type = i < names.length ? this.state[name].dtype : 'float32';
      const distance = difference(want[i], found[i], type);
      if (distance > tolerance)
        throw new Refusal(
          `The replayed step differs from the step through TensorFlow.js in ${name}, by ${distance.toExponential(1)} of its size.`,
        );
    });
  }

  /** The state as the session started it, in set A; the counter likewise. */
  private reset(): void {
    const { backend, work } = this;
    const encoder = backend.device.createCommandEncoder();
    for (const [name, tensor] of Object.entries(work.session.state)) {
      const from = bufferOf(backend, tensor);
      encoder.copyBufferToBuffer(from, 0, this.state[name].buffers[0], 0, tensor.size * 4);
    }
    flush(backend);
    backend.queue.submit([encoder.finish()]);
    backend.queue.writeBuffer(this.counter, 0, Int32Array.of(work.step));
    this.ring?.rewind(work.step);
    this.parity = 0;
  }

  private sharedInputs(): Omit<StepInput, 'state'> {
    const { backend, work } = this;
    const live: Record<string, tf.Scalar> = {};
    for (const [name, value] of Object.entries(work.live)) {
      this.live[name] = this.buffer(4, name);
      backend.queue.writeBuffer(this.live[name], 0, Float32Array.of(value));
      live[name] = this.view(this.live[name], [], 'float32') as tf.Scalar;
    }
    const inputs: Record<string, tf.Tensor> = {};
    for (const [name, { shape, data }] of Object.entries(work.inputs)) {
      this.inputs[name] = this.buffer(data.byteLength, name);
      backend.queue.writeBuffer(this.inputs[name], 0, Float32Array.from(data));
      inputs[name] = this.view(this.inputs[name], shape, 'float32');
    }
    const counter = this.view(this.counter, [], 'int32') as tf.Scalar;
    return { live, inputs, random: { seed: work.seed, counter } };
  }

  private stateTensors(parity: 0 | 1): Record<string, tf.Tensor> {
    return Object.fromEntries(
      Object.entries(this.state).map(([name, { shape, dtype, buffers }]) => [
        name,
        this.view(buffers[parity], shape, dtype),
      ]),
    );
  }

  private view(buffer: GPUBuffer, shape: number[], dtype: string): tf.Tensor {
    const tensor = tensorOver(buffer, shape, dtype);
    this.views.push(tensor);
    return tensor;
  }

  private buffer(bytes: number, label: string): GPUBuffer {
    const buffer = storageBuffer(this.backend, bytes, label);
    this.made.push(buffer);
    return buffer;
  }

  private partner(buffer: GPUBuffer): GPUBuffer {
    for (const { buffers } of Object.values(this.state)) {
      if (buffers[0] === buffer) return buffers[1];
      if (buffers[1] === buffer) return buffers[0];
    }
    return buffer;
  }

  /** The command with sets A and B exchanged. */
  private traded(command: Command): Command {
    if (!('grid' in command))
      return { ...command, from: this.partner(command.from), to: this.partner(command.to) };
    const buffers = command.buffers.map((buffer) => this.partner(buffer));
    if (buffers.every((buffer, i) => buffer === command.buffers[i])) return command;
    const group = this.backend.device.createBindGroup({
      layout: command.pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    return { ...command, group, buffers };
  }
}

type Buffers = Record<string, GPUBuffer>;

interface Stepped {
  state: Record<string, tf.Tensor>;
  metrics: Record<string, tf.Tensor>;
}

/** How far a replayed number may lie from TensorFlow.js's, as a share of the largest in its tensor. */
const tolerance = 1e-5;

function disposeAll(tensors: tf.Tensor[], except: tf.Tensor[]): void {
  for (const tensor of tensors) if (!except.includes(tensor)) tensor.dispose();
}
