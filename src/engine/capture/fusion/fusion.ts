/**
 * A captured step in fewer commands. It is planned and compiled while the step already runs as it
 * was recorded; then one step is taken both ways, and a fused command is believed if it left the
 * same bits behind as the commands that it stands for. So nobody can tell when it took their place.
 */
import { sourceOf, storageBuffer, type WebGPUBackend } from '../../../tensor/internals';
import type { Command, Copy, Dispatch } from '../../../tensor/listener';
import { mostBindings } from '../../../tensor/ops/program';
import { isInSoftware } from '../../../tensor/ops/variant';
import { mapRead, stagingBuffer } from '../readback';
import { type Adapter, type Group, plan, unchanging } from './plan';
import { type Module, parse, Unfusable } from './wgsl';
import { buffersOf, type Noted, understood } from './works';
import { type Part, write } from './write';

/** What the capture knows of buffers. */
export interface Knowledge {
  /** True if only the step's own commands make use of what it holds. */
  passing(buffer: GPUBuffer): boolean;
  /** What a constant of the step holds. */
  constant(buffer: GPUBuffer): Uint8Array | undefined;
}

/** Commands that become one, unless that turns out to compute something else. */
interface Piece {
  members: Command[];
  fused?: Dispatch;
  /** What the members write and others read. */
  results: GPUBuffer[];
}

/** Uniform buffers that every device lets a shader bind. */
const uniforms = 12;

export class Fusion {
  /** Plans and compiles. Undefined where nothing becomes less. */
  static async of(
    backend: WebGPUBackend,
    commands: Command[],
    knowledge: Knowledge,
    adapter = adapterOf(backend),
  ): Promise<Fusion | undefined> {
    const { works, parts, buffers } = understood(commands.map(noted));
    const known = buffersOf(buffers, knowledge.passing, knowledge.constant);
    const given = new Set(buffers.flatMap((buffer, i) => (knowledge.constant(buffer) ? [i] : [])));
    const once = unchanging(works, given, known);
    const left = commands.map((_, i) => i).filter((i) => !once.has(i));
    const { limits } = backend.device;
    const groups = plan(
      left.map((i) => works[i]),
      known,
      {
        bindings: mostBindings(backend),
        uniforms,
        invocations: limits.maxComputeInvocationsPerWorkgroup,
        shared: limits.maxComputeWorkgroupStorageSize,
        adapter,
      },
    );
    if (groups.length === commands.length) return;
    const pieces: Piece[] = [];
    for (const group of groups) {
      const places = group.lanes.flatMap(({ members }) => members).sort((a, b) => a - b);
      const members = places.map((place) => commands[left[place]]);
      const written = new Set(places.flatMap((place) => works[left[place]].writes));
      for (const buffer of group.local) written.delete(buffer);
      const results = [...written].map((buffer) => buffers[buffer]);
      const fused =
        members.length > 1
          ? await compiled(backend, group, { left, parts, buffers, known, commands })
          : undefined;
      pieces.push({ members, fused, results });
    }
    return new Fusion(backend, pieces);
  }

  private staging: GPUBuffer | undefined;
  private spares: GPUBuffer[] = [];

  private constructor(
    private readonly backend: WebGPUBackend,
    private readonly pieces: Piece[],
  ) {}

  /** The step in fewer commands. */
  get commands(): Command[] {
    return this.pieces.flatMap(({ members, fused }) => fused ?? members);
  }

  /**
   * One step both ways: each fused command first, whose results are taken away, and then what it
   * stands for. `traded` exchanges the sets of the state where the step begins with the other.
   * To be run once; then `judge` says what became of it.
   */
  trial(traded: (command: Command) => Command): Command[] {
    const { backend, pieces } = this;
    const tried = pieces.filter(({ fused }) => fused);
    const bytes = tried.flatMap(({ results }) => results).reduce((sum, { size }) => sum + size, 0);
    const largest = Math.max(4, ...tried.flatMap(({ results }) => results).map(({ size }) => size));
    this.staging = stagingBuffer(backend.device, 2 * bytes);
    const most = Math.max(0, ...tried.map(({ results }) => results.length));
    this.spares = Array.from({ length: most }, () => storageBuffer(backend, largest, 'spare'));
    let offset = 0;
    const commands = pieces.flatMap(({ members, fused, results }) => {
      if (!fused) return members;
      const before = results.map((result, i) => copy(result, this.spares[i], 0));
      const after = results.map((result, i) => copy(this.spares[i], result, 0, result.size));
      const taken = (from: number) => {
        let at = from;
        return results.map((result) => {
          at += result.size;
          return copy(result, this.staging!, at - result.size);
        });
      };
      const one = taken(offset);
      const two = taken(offset + bytes);
      offset += results.reduce((sum, { size }) => sum + size, 0);
      return [...before, fused, ...one, ...after, ...members, ...two];
    });
    return commands.map(traded);
  }

  /** Call it when the trial is handed over: fused commands that computed something else go. */
  async judge(): Promise<void> {
    const staging = this.staging!;
    try {
      await staging.mapAsync(mapRead);
      const all = new Int32Array(staging.getMappedRange());
      let offset = 0;
      for (const piece of this.pieces) {
        if (!piece.fused) continue;
        const length = piece.results.reduce((sum, { size }) => sum + size / 4, 0);
        for (let i = offset; i < offset + length; i++)
          if (all[i] !== all[i + all.length / 2]) {
            piece.fused = undefined;
            break;
          }
        offset += length;
      }
    } finally {
      this.destroy();
    }
  }

  destroy(): void {
    for (const buffer of [...this.spares.splice(0), this.staging]) buffer?.destroy();
    this.staging = undefined;
  }
}

const adapterOf = (backend: WebGPUBackend): Adapter =>
  isInSoftware(backend) ? 'software' : 'graphics';

const copy = (from: GPUBuffer, to: GPUBuffer, toOffset: number, bytes = from.size): Copy => ({
  ...{ op: 'trial', from, fromOffset: 0, to, toOffset, bytes },
});

function noted(command: Command): Noted<GPUBuffer> {
  if (!('grid' in command)) return command;
  const { pipeline, buffers, grid } = command;
  if (!modules.has(pipeline)) modules.set(pipeline, moduleOf(pipeline));
  return { module: modules.get(pipeline), buffers, grid };
}

/** Captures that follow each other use the same programs. */
const modules = new WeakMap<GPUComputePipeline, Module | undefined>();

function moduleOf(pipeline: GPUComputePipeline): Module | undefined {
  const code = sourceOf(pipeline);
  if (code === undefined) return;
  return orUndefined(() => parse(code));
}

/** Undefined where a program is not understood. */
function orUndefined<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Unfusable) return;
    throw error;
  }
}

/** The group as one command; undefined where the device does not take it. */
async function compiled(
  backend: WebGPUBackend,
  group: Group,
  step: {
    left: number[];
    parts: (Part | undefined)[];
    buffers: GPUBuffer[];
    known: ReturnType<typeof buffersOf>;
    commands: Command[];
  },
): Promise<Dispatch | undefined> {
  const { device } = backend;
  const { left, parts, known } = step;
  const members = group.lanes.flatMap((lane) => lane.members).map((place) => left[place]);
  const dispatches = members.map((i) => step.commands[i] as Dispatch);
  const written = orUndefined(() =>
    write(
      group,
      left.map((i) => parts[i]!),
      known,
    ),
  );
  if (!written) return;
  const { code, bound, grid } = written;
  const op = dispatches.map((command) => command.op).join(' + ');
  const pipeline = await pipelineOf(backend, code, op);
  if (!pipeline) return;
  const bindings = bound.map((one) =>
    'storage' in one
      ? step.buffers[one.storage]
      : (step.commands[left[one.part]] as Dispatch).buffers[one.binding],
  );
  device.pushErrorScope('validation');
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: bindings.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  if (await device.popErrorScope()) return;
  return { op, pipeline, group: bindGroup, buffers: bindings, grid };
}

/**
 * Compiled beside the page's work, one after the other, and kept where TensorFlow.js keeps its own;
 * undefined where the device refuses.
 */
async function pipelineOf(
  { device, pipelineCache }: WebGPUBackend,
  code: string,
  label: string,
): Promise<GPUComputePipeline | undefined> {
  const known = pipelineCache[code];
  if (known && !(known instanceof Promise)) return known;
  const module = device.createShaderModule({ code, label });
  try {
    const pipeline = await device.createComputePipelineAsync({
      ...{ label, layout: 'auto', compute: { module, entryPoint: 'main' } },
    });
    pipelineCache[code] = pipeline;
    return pipeline;
  } catch {
    return undefined;
  }
}
