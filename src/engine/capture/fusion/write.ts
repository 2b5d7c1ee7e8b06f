/** The WGSL of several programs as one, as plan.ts groups them. */
import type { Buffers, Group, Lane } from './plan';
import { type Binding, closing, elementOf, type Module, renamed, Unfusable } from './wgsl';

/** A command: its program, what it binds and how many workgroups it starts. */
export interface Part {
  module: Module;
  /** By binding; uniform buffers are not numbered like storage buffers, which may be shared. */
  buffers: readonly number[];
  grid: readonly [number, number, number];
  /** Of which bindings an invocation touches only its own numbers. */
  own?: Module['own'];
}

export interface Written {
  code: string;
  /** What is bound, in order: a storage buffer by its number, or a uniform of one part. */
  bound: ({ storage: number } | { part: number; binding: number })[];
  grid: [number, number, number];
}

/** Invocations of a part's workgroup, and its workgroups. */
export const sizeOf = ({ module }: Part): number => product(module.entry.size);
export const groupsOf = ({ grid }: Part): number => product(grid);
const product = (numbers: readonly number[]) => numbers.reduce((a, b) => a * b, 1);

/** Throws Unfusable where a program uses what it binds in a way that is not understood. */
export function write(
  group: Group,
  parts: readonly Part[],
  { bytes, inscribed }: Buffers,
): Written {
  const members = group.lanes.flatMap((lane) => lane.members);
  const storage = storageOf(members, parts);
  const lines: string[] = [];
  const bound: Written['bound'] = [];
  for (const [buffer, { element, changed, split }] of storage) {
    const name = nameOf(buffer);
    const width = element === 'vec4f' ? 16 : element === 'vec2f' ? 8 : 4;
    const type = `array<${element}, ${Math.max(1, Math.floor(bytes[buffer] / width))}>`;
    const numbers = element === 'f32' && !split && inscribed.get(buffer);
    if (numbers) lines.push(`const ${name} = ${literal(numbers)};`);
    else if (group.local.includes(buffer)) lines.push(`var<workgroup> ${name} : ${type};`);
    else {
      const access = changed ? 'read_write' : 'read';
      lines.push(`@group(0) @binding(${bound.length}) var<storage, ${access}> ${name} : ${type};`);
      bound.push({ storage: buffer });
    }
    if (split) lines.push(fours(name, changed));
  }
  for (const i of members) {
    const { module, buffers } = parts[i];
    const own = (name: string) => `p${i}_${name}`;
    const views = new Map<string, string>();
    const names = new Map([...module.names].map((name) => [name, own(name)]));
    module.bindings.forEach((binding, at) => {
      if (binding.access === 'uniform') {
        const type = module.names.has(binding.type) ? own(binding.type) : binding.type;
        lines.push(
          `@group(0) @binding(${bound.length}) var<uniform> ${own(binding.name)} : ${type};`,
        );
        bound.push({ part: i, binding: at });
        return;
      }
      const { element } = storage.get(buffers[at])!;
      names.set(binding.name, nameOf(buffers[at]));
      if (element !== elementOf(binding)) views.set(binding.name, nameOf(buffers[at]));
    });
    for (const declared of module.declarations)
      lines.push(
        renamed(inFours(declared, views), (name) => names.get(name) ?? name)
          .join(' ')
          .replaceAll(/([;{}]) /g, '$1\n'),
      );
    lines.push(running(i, parts[i]));
  }
  const { size } = group;
  const cases: string[] = [];
  let total = 0;
  for (const lane of group.lanes) {
    const start = total;
    const { groups, body } = laneOf(lane, parts, size, start);
    total += groups;
    cases.push(`if (group < ${total}u) {\n${body}\n}`);
  }
  const x = Math.min(total, 65535);
  lines.push(`@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) at : vec3u, @builtin(local_invocation_index) own : u32) {
let group = at.x + at.y * ${x}u;
${cases.join(' else ')}
}`);
  return { code: lines.join('\n'), bound, grid: [x, Math.ceil(total / x), 1] };
}

const nameOf = (buffer: number) => `b${buffer}`;

/** To the last bit. */
const literal = (numbers: Float32Array) =>
  `array<f32, ${numbers.length}>(${[...new Uint32Array(numbers.slice().buffer)]
    .map((bits) => `bitcast<f32>(${bits}u)`)
    .join(', ')})`;

/** By buffer: what it is an array of, whether it is written, whether some take it by fours. */
function storageOf(members: number[], parts: readonly Part[]) {
  const storage = new Map<number, { element: string; changed: boolean; split: boolean }>();
  for (const i of members) {
    parts[i].module.bindings.forEach((binding, at) => {
      if (binding.access === 'uniform') return;
      const element = elementOf(binding);
      const buffer = parts[i].buffers[at];
      const known = storage.get(buffer);
      const changed = binding.access === 'read_write' || (known?.changed ?? false);
      if (!known || known.element === element) {
        storage.set(buffer, { element, changed, split: known?.split ?? false });
        return;
      }
      const types = [known.element, element].sort().join();
      if (types !== 'f32,vec4f') throw new Unfusable(`One buffer holds ${types}.`);
      storage.set(buffer, { element: 'f32', changed, split: true });
    });
  }
  return storage;
}

/** Four numbers at a time, of what others take one by one. */
function fours(name: string, changed: boolean): string {
  const load = `fn ${name}_four(i : u32) -> vec4f {
let at = 4u * i;
return vec4f(${name}[at], ${name}[at + 1u], ${name}[at + 2u], ${name}[at + 3u]);
}`;
  if (!changed) return load;
  return `${load}
fn ${name}_store(i : u32, four : vec4f) {
let at = 4u * i;
${[0, 1, 2, 3].map((k) => `${name}[at + ${k}u] = four[${k}];`).join('\n')}
}`;
}

/** The declaration with `name[…]` of the views read and written by the functions above. */
function inFours(declared: string[], views: Map<string, string>): string[] {
  if (!views.size) return declared;
  const out: string[] = [];
  for (let i = 0; i < declared.length; i++) {
    const name = views.get(declared[i]);
    if (name === undefined || declared[i - 1] === '.') {
      out.push(declared[i]);
      continue;
    }
    if (declared[i + 1] !== '[') throw new Unfusable(`It uses ${declared[i]} other than by index.`);
    const end = closing(declared, i + 1);
    const index = ['u32', '(', ...inFours(declared.slice(i + 2, end), views), ')'];
    const next = declared[end + 1];
    if (next === '=') {
      if (!';{}'.includes(declared[i - 1])) throw new Unfusable('It writes within an expression.');
      const stop = endOfStatement(declared, end + 2);
      const value = inFours(declared.slice(end + 2, stop), views);
      out.push(`${name}_store`, '(', ...index, ',', ...value, ')');
      i = stop - 1;
      continue;
    }
    if (/^([-+*/%&|^]|<<|>>)=$|^(\+\+|--)$/.test(next) || writesPart(declared, end + 1))
      throw new Unfusable(`It changes a part of ${declared[i]}.`);
    out.push(`${name}_four`, '(', ...index, ')');
    i = end;
  }
  return out;
}

function endOfStatement(tokens: string[], at: number): number {
  let depth = 0;
  for (let i = at; i < tokens.length; i++) {
    if ('([{'.includes(tokens[i])) depth++;
    if (')]}'.includes(tokens[i])) depth--;
    if (depth < 0) break;
    if (tokens[i] === ';') return i;
  }
  throw new Unfusable('It writes within an expression.');
}

/** True if what follows from `at` on is `.x =` or `[i] =`. */
function writesPart(tokens: string[], at: number): boolean {
  let end = at;
  if (tokens[at] === '.') end = at + 2;
  else if (tokens[at] === '[') end = closing(tokens, at) + 1;
  return end > at && /^([-+*/%&|^]|<<|>>)?=$/.test(tokens[end]);
}

/** A function that does what one invocation of one workgroup of the part does. */
function running(i: number, part: Part): string {
  const { entry } = part.module;
  const [x, y] = part.grid;
  const [width, height, depth] = entry.size;
  const flat = part.grid[1] * part.grid[2] === 1;
  const inLine = height * depth === 1;
  const values: Record<string, string> = {
    workgroup_id: 'at',
    local_invocation_id: 'mine',
    local_invocation_index: 'own',
    global_invocation_id: `(at * vec3u(${width}u, ${height}u, ${depth}u) + mine)`,
    num_workgroups: `vec3u(${part.grid.map((n) => `${n}u`).join(', ')})`,
  };
  const at = flat
    ? 'vec3u(group, 0u, 0u)'
    : `vec3u(group % ${x}u, group / ${x}u % ${y}u, group / ${x * y}u)`;
  const mine = inLine
    ? 'vec3u(own, 0u, 0u)'
    : `vec3u(own % ${width}u, own / ${width}u % ${height}u, own / ${width * height}u)`;
  const given = entry.builtins.map((name) => values[name]);
  return `fn run${i}(group : u32, own : u32) {
let at = ${at};
let mine = ${mine};
p${i}_${entry.name}(${given.join(', ')});
}`;
}

/** Workgroups of a lane, and what an invocation of them does: `group` counts from `start` on. */
function laneOf(
  { how, members }: Lane,
  parts: readonly Part[],
  size: number,
  start: number,
): { groups: number; body: string } {
  if (how === 'in turn') {
    const lines: string[] = [];
    let before: number[] = [];
    for (const i of members) {
      if (before.some((j) => meet(parts[j], parts[i]))) {
        lines.push('workgroupBarrier();\nstorageBarrier();');
        before = [];
      }
      before.push(i);
      const own = sizeOf(parts[i]);
      if (own === size) lines.push(`run${i}(0u, own);`);
      else if (own < size) lines.push(`if (own < ${own}u) { run${i}(0u, own); }`);
      else lines.push(`for (var o = own; o < ${own}u; o += ${size}u) { run${i}(0u, o); }`);
    }
    return { groups: 1, body: lines.join('\n') };
  }
  if (how === 'alone') {
    const [i] = members;
    const own = sizeOf(parts[i]);
    const groups = groupsOf(parts[i]);
    if (own === size) return { groups, body: `run${i}(group - ${start}u, own);` };
    // Nobody waits: its invocations may belong to other workgroups.
    const all = groups * own;
    return {
      groups: Math.ceil(all / size),
      body: `let i = (group - ${start}u) * ${size}u + own;
if (i < ${all}u) { run${i}(i / ${own}u, i % ${own}u); }`,
    };
  }
  const widths = members.map((i) => parts[i].own!.width);
  const widest = Math.max(...widths);
  let invocations = 0;
  const lines = members.map((i, k) => {
    const times = widest / widths[k];
    const own = sizeOf(parts[i]);
    const all = groupsOf(parts[i]) * own;
    invocations = Math.max(invocations, Math.ceil(all / times));
    return `for (var j = 0u; j < ${times}u; j++) {
let i = index * ${times}u + j;
if (i < ${all}u) { run${i}(i / ${own}u, i % ${own}u); }
}`;
  });
  return {
    groups: Math.ceil(invocations / size),
    body: `let index = (group - ${start}u) * ${size}u + own;\n${lines.join('\n')}`,
  };
}

/** True if one of the two writes what the other touches. */
function meet(one: Part, two: Part): boolean {
  const touched = (part: Part, which: (binding: Binding) => boolean) =>
    part.module.bindings.flatMap((binding, at) =>
      binding.access !== 'uniform' && which(binding) ? [part.buffers[at]] : [],
    );
  const [a, b] = [one, two].map((part) => ({
    all: touched(part, () => true),
    written: touched(part, ({ access }) => access === 'read_write'),
  }));
  return a.written.some((n) => b.all.includes(n)) || b.written.some((n) => a.all.includes(n));
}
