/** A step's commands as plan.ts wants them: what they touch, read off their programs. */
import type { Buffers, Work } from './plan';
import { closing, elementOf, type Module } from './wgsl';
import { groupsOf, type Part, sizeOf } from './write';

/** A command of the step: a program, if it is understood, with what it binds; or a copy. */
export type Noted<Buffer> =
  | { module: Module | undefined; buffers: Buffer[]; grid: [number, number, number] }
  | { from: Buffer; to: Buffer };

export interface Understood<Buffer> {
  works: Work[];
  /** Undefined where the command stays as it is. */
  parts: (Part | undefined)[];
  /** By number. */
  buffers: Buffer[];
}

/** Reads off what each command touches; `buffers` gives numbers to buffers. */
export function understood<Buffer extends { size: number }>(
  commands: Noted<Buffer>[],
): Understood<Buffer> {
  const numbers = new Map<Buffer, number>();
  const numberOf = (buffer: Buffer) => {
    if (!numbers.has(buffer)) numbers.set(buffer, numbers.size);
    return numbers.get(buffer)!;
  };
  const parts: (Part | undefined)[] = [];
  const works = commands.map((command): Work => {
    if ('from' in command) {
      parts.push(undefined);
      return staying([numberOf(command.from)], [numberOf(command.to)]);
    }
    const all = command.buffers.map(numberOf);
    const part = partOf(command, all);
    const work = part && workOf(part);
    parts.push(work && part);
    // What is not understood may read and write all that it binds.
    return work ?? staying(all, all);
  });
  return { works, parts, buffers: [...numbers.keys()] };
}

const staying = (reads: number[], writes: number[]): Work => ({
  ...{ reads, writes, groups: 0, size: 1, waits: false, shared: 0, uniforms: 0 },
  elements: new Map(),
  stays: true,
});

function partOf(
  { module, buffers, grid }: Extract<Noted<{ size: number }>, { module: unknown }>,
  numbers: number[],
): Part | undefined {
  if (!module || module.bindings.length !== numbers.length) return;
  const sizes = buffers.map(({ size }) => size);
  return { module, buffers: numbers, grid, own: module.own ?? ownNumbers(module, sizes) };
}

/**
 * Of TensorFlow.js's element-wise programs: an invocation touches one number, or four, of the
 * result and of what is as large as that.
 */
function ownNumbers({ bindings, names, waits }: Module, sizes: number[]): Module['own'] {
  const result = bindings.findIndex(({ name }) => name === 'result');
  const elementwise = names.has('unaryOperation') || names.has('binaryOperation');
  if (waits || !elementwise || result < 0) return;
  const width = elementOf(bindings[result]) === 'vec4f' ? 4 : 1;
  const alike = bindings.filter(
    ({ access }, i) => access !== 'uniform' && sizes[i] === sizes[result],
  );
  return { width, names: new Set(alike.map(({ name }) => name)) };
}

function workOf(part: Part): Work | undefined {
  const { module, buffers } = part;
  const reads = new Set<number>();
  const writes = new Set<number>();
  const elements = new Map<number, string>();
  const own = new Set<number>();
  let uniforms = 0;
  for (const [at, binding] of module.bindings.entries()) {
    const buffer = buffers[at];
    if (binding.access === 'uniform') {
      uniforms++;
      continue;
    }
    let element: string;
    try {
      element = elementOf(binding);
    } catch {
      return;
    }
    if ((elements.get(buffer) ?? element) !== element) return;
    elements.set(buffer, element);
    if (binding.access === 'read' || readsToo(module, binding.name)) reads.add(buffer);
    if (binding.access === 'read_write') writes.add(buffer);
    if (part.own?.names.has(binding.name)) own.add(buffer);
  }
  return {
    reads: [...reads],
    writes: [...writes],
    groups: groupsOf(part),
    size: sizeOf(part),
    waits: module.waits,
    shared: module.shared,
    uniforms,
    elements,
    own: part.own && { width: part.own.width, buffers: own },
  };
}

/** False if the program does nothing with the binding but to write single elements of it. */
function readsToo({ declarations }: Module, name: string): boolean {
  return declarations.some((tokens) =>
    tokens.some(
      (token, i) =>
        token === name &&
        tokens[i - 1] !== '.' &&
        !(
          tokens[i + 1] === '[' &&
          tokens[closing(tokens, i + 1) + 1] === '=' &&
          ';{}'.includes(tokens[i - 1])
        ),
    ),
  );
}

/** Numbers that stand in a program, at most. */
const mostInscribed = 4;

/** What plan.ts has to know of the buffers: which only the step uses, and what constants hold. */
export function buffersOf<Buffer extends { size: number }>(
  all: Buffer[],
  passing: (buffer: Buffer) => boolean,
  constant: (buffer: Buffer) => Uint8Array | undefined,
): Buffers {
  const inscribed = all.flatMap((buffer, i): [number, Float32Array][] => {
    const bytes = constant(buffer);
    if (!bytes || bytes.length > 4 * mostInscribed) return [];
    const numbers = new Float32Array(bytes.slice().buffer);
    // WGSL has no words for the others.
    return numbers.every(Number.isFinite) ? [[i, numbers]] : [];
  });
  return {
    bytes: all.map(({ size }) => size),
    passing: new Set(all.flatMap((buffer, i) => (passing(buffer) ? [i] : []))),
    inscribed: new Map(inscribed),
  };
}
