/**
 * Which commands of a step may become one. A command costs some microseconds whatever it does, and
 * a small model's step is little more than that. Three ways to put commands into one:
 *
 * - `each`: element-wise neighbours. An invocation does for its own numbers what the first does,
 *   then what the second does: it only reads what it wrote itself.
 * - `in turn`: commands of one workgroup each. One workgroup does the first, waits for all its
 *   invocations, and does the second; what only they pass on stays in its own memory.
 * - side by side: commands of which none needs another's result, each with workgroups of its own.
 *
 * Plain numbers in, plain numbers out: this file knows no GPU.
 */

/** A command of the step, in its order. Buffers are numbers. */
export interface Work {
  reads: readonly number[];
  /** What is changed in place is read, too. */
  writes: readonly number[];
  /** Workgroups, and invocations of one. */
  groups: number;
  size: number;
  /** True if its invocations wait for each other. */
  waits: boolean;
  /** Bytes that a workgroup shares. */
  shared: number;
  uniforms: number;
  /** By buffer: what it is bound as an array of. */
  elements: ReadonlyMap<number, string>;
  /** Buffers of which an invocation touches only its own numbers, and how many those are. */
  own?: { width: number; buffers: ReadonlySet<number> };
  /** True if it has to stay as it is. */
  stays?: boolean;
}

export interface Lane {
  how: 'alone' | 'in turn' | 'each';
  /** In the order in which they are done. */
  members: number[];
}

/** What becomes one command: lanes side by side. A command alone stays as it is. */
export interface Group {
  lanes: Lane[];
  /** Invocations of a workgroup. */
  size: number;
  /** Buffers that it needs no more: their numbers stay in the workgroup. */
  local: number[];
}

export interface Limits {
  /** Storage buffers, and uniform buffers, of one command. */
  bindings: number;
  uniforms: number;
  /** Invocations of a workgroup, and the bytes that they share. */
  invocations: number;
  shared: number;
  /** What is dear on this adapter. */
  adapter: Adapter;
}

/**
 * A graphics processor pays for commands. A software adapter pays little for them, but much for
 * invocations that wait for each other, and it runs the code of all lanes in every invocation.
 */
export type Adapter = 'graphics' | 'software';

const rules: Record<Adapter, { together: number; turns: number; waiting: boolean }> = {
  // Beyond as many invocations side by side, a command's own price hardly matters.
  graphics: { together: 1 << 14, turns: Number.POSITIVE_INFINITY, waiting: true },
  // Commands in turn are done by as many invocations as it computes in one instruction.
  software: { together: 1 << 10, turns: 4, waiting: false },
};

export interface Buffers {
  /** By number. */
  bytes: readonly number[];
  /** Those whose numbers nobody needs once the step is over. */
  passing: ReadonlySet<number>;
  /** A few numbers that never change: they stand in the program, and are not bound. */
  inscribed: ReadonlyMap<number, Float32Array>;
}

/** Bytes that a fused command may write: what writes more is not bound by the number of commands. */
const mostWritten = 1 << 21;

/** The step's commands in as few groups as found, in an order that gives the same numbers. */
export function plan(works: readonly Work[], buffers: Buffers, limits: Limits): Group[] {
  const graph = new Graph(works);
  const users = usersOf(works);
  const made = (lanes: Lane[]) => groupOf(lanes, works, users, buffers, limits);
  const merge = (join: (a: Lane[], b: Lane[]) => Lane[] | undefined, linked: boolean) => {
    const known = new Map<string, { group: Group; worth: number } | undefined>();
    const candidate = (a: number, b: number) => {
      const lanes = join(graph.groups.get(a)!.lanes, graph.groups.get(b)!.lanes);
      const group = lanes && made(lanes);
      return group && { group, worth: sharing(lanes, works) };
    };
    for (;;) {
      let best: { a: number; b: number; group: Group; worth: number } | undefined;
      for (const [a, b] of graph.pairs(linked)) {
        const key = `${a} ${b}`;
        if (!known.has(key)) known.set(key, candidate(a, b));
        const found = known.get(key);
        if (found && (!best || found.worth > best.worth)) best = { a, b, ...found };
      }
      if (!best) break;
      graph.merge(best.a, best.b, best.group);
    }
  };
  merge((a, b) => inTurn(a, b, works), true);
  merge((a, b) => each(a, b, works), true);
  merge((a, b) => [...a, ...b], false);
  return graph.inOrder();
}

/** Larger where more of the buffers are bound by more than one member, and few buffers are. */
function sharing(lanes: Lane[], works: readonly Work[]): number {
  const bound = membersOf(lanes).map((i) => new Set(boundBy(works[i])));
  const times = bound.reduce((sum, { size }) => sum + size, 0);
  const all = new Set(bound.flatMap((some) => [...some]));
  return 2 * (times - all.size) - all.size;
}

const boundBy = ({ reads, writes }: Work) => [...reads, ...writes];
const membersOf = (lanes: Lane[]) => lanes.flatMap(({ members }) => members);
const single = (lanes: Lane[]) => (lanes.length === 1 ? lanes[0] : undefined);

function inTurn(a: Lane[], b: Lane[], works: readonly Work[]): Lane[] | undefined {
  const [one, two] = [single(a), single(b)];
  if (!one || !two || one.how === 'each' || two.how === 'each') return;
  const members = [...one.members, ...two.members].sort((x, y) => x - y);
  if (members.some((i) => works[i].groups !== 1)) return;
  return [{ how: 'in turn', members }];
}

function each(a: Lane[], b: Lane[], works: readonly Work[]): Lane[] | undefined {
  const [one, two] = [single(a), single(b)];
  if (!one || !two || one.how === 'in turn' || two.how === 'in turn') return;
  for (const i of one.members)
    for (const j of two.members)
      for (const buffer of conflicts(works[i], works[j]))
        if (!works[i].own?.buffers.has(buffer) || !works[j].own?.buffers.has(buffer)) return;
  const members = [...one.members, ...two.members].sort((x, y) => x - y);
  if (members.some((i) => !works[i].own || works[i].waits)) return;
  const widths = members.map((i) => works[i].own!.width);
  const widest = Math.max(...widths);
  if (widths.some((width) => widest % width)) return;
  return [{ how: 'each', members }];
}

/** Buffers that one of the two writes and the other touches. */
function conflicts(one: Work, two: Work): number[] {
  return [
    ...one.writes.filter((buffer) => two.reads.includes(buffer) || two.writes.includes(buffer)),
    ...two.writes.filter((buffer) => one.reads.includes(buffer)),
  ];
}

/** By buffer: who touches it, in order. */
function usersOf(works: readonly Work[]): Map<number, number[]> {
  const users = new Map<number, number[]>();
  works.forEach((work, i) => {
    for (const buffer of new Set(boundBy(work))) {
      if (!users.has(buffer)) users.set(buffer, []);
      users.get(buffer)!.push(i);
    }
  });
  return users;
}

/** The lanes as one command, undefined where a device could not run it or it would not pay. */
function groupOf(
  lanes: Lane[],
  works: readonly Work[],
  users: Map<number, number[]>,
  { bytes, passing, inscribed }: Buffers,
  limits: Limits,
): Group | undefined {
  const members = membersOf(lanes);
  const all = members.map((i) => works[i]);
  if (all.some(({ stays }) => stays)) return;
  const { together, turns, waiting } = rules[limits.adapter];
  const waits = all.some((work) => work.waits);
  const turning = lanes.some(({ how }) => how === 'in turn');
  if (!waiting && (waits || (turning && lanes.length > 1))) return;
  const largest = Math.max(...all.map((work) => work.size));
  if (largest > limits.invocations) return;
  // Whoever waits needs the workgroup to be its own; the invocations of others may be dealt out anew.
  const waiters = new Set(all.flatMap((work) => (work.waits ? [work.size] : [])));
  if (waiters.size > 1) return;
  const [size = turning ? Math.min(largest, turns) : largest] = waiters;
  if (all.reduce((sum, work) => sum + work.uniforms, 0) > limits.uniforms) return;
  if (lanes.length > 1 && all.reduce((sum, w) => sum + w.groups * w.size, 0) > together) return;

  let shared = all.reduce((sum, work) => sum + work.shared, 0);
  const local: number[] = [];
  for (const { how, members: some } of lanes) {
    if (how !== 'in turn') continue;
    for (const buffer of new Set(some.flatMap((i) => boundBy(works[i])))) {
      const [first, ...rest] = users.get(buffer)!;
      const inside = passing.has(buffer) && [first, ...rest].every((i) => some.includes(i));
      // Whatever it held before the step, nobody has looked at.
      if (!inside || works[first].reads.includes(buffer)) continue;
      if (shared + bytes[buffer] > limits.shared) continue;
      shared += bytes[buffer];
      local.push(buffer);
    }
  }
  if (shared > limits.shared) return;
  const bound = new Set(all.flatMap(boundBy));
  for (const buffer of bound) {
    const elements = new Set(all.flatMap((work) => work.elements.get(buffer) ?? []));
    if (elements.size > 1 && [...elements].some((type) => type !== 'f32' && type !== 'vec4f'))
      return;
    if (inscribed.has(buffer) && [...elements].every((type) => type === 'f32'))
      bound.delete(buffer);
  }
  if (bound.size - local.length > limits.bindings) return;
  const written = new Set(all.flatMap((work) => work.writes));
  for (const buffer of local) written.delete(buffer);
  if ([...written].reduce((sum, buffer) => sum + bytes[buffer], 0) > mostWritten) return;
  return { lanes, size, local };
}

/** Groups of commands, and who has to come before whom. */
class Graph {
  readonly groups = new Map<number, Group>();
  private readonly next = new Map<number, Set<number>>();
  private reached = new Map<number, Set<number>>();
  private newest: number;

  constructor(works: readonly Work[]) {
    works.forEach((work, i) => {
      const lanes: Lane[] = [{ how: 'alone', members: [i] }];
      this.groups.set(i, { lanes, size: work.size, local: [] });
      this.next.set(i, new Set());
      for (let before = 0; before < i; before++)
        if (conflicts(works[before], work).length) this.next.get(before)!.add(i);
    });
    this.newest = works.length;
    this.reach();
  }

  /** Pairs that may become one group without a circle: of which one needs the other, or neither does. */
  *pairs(linked: boolean): Generator<[number, number]> {
    const ids = [...this.groups.keys()];
    for (const a of ids)
      for (const b of ids) {
        if (linked ? this.next.get(a)!.has(b) && !this.between(a, b) : a < b && !this.related(a, b))
          yield [a, b];
      }
  }

  merge(a: number, b: number, group: Group): void {
    const id = this.newest++;
    const after = new Set([...this.next.get(a)!, ...this.next.get(b)!]);
    for (const old of [a, b]) {
      this.groups.delete(old);
      this.next.delete(old);
      after.delete(old);
    }
    // Not in one expression: both have to go.
    for (const others of this.next.values()) {
      const [first, second] = [others.delete(a), others.delete(b)];
      if (first || second) others.add(id);
    }
    this.groups.set(id, group);
    this.next.set(id, after);
    this.reach();
  }

  inOrder(): Group[] {
    const waiting = new Map([...this.groups.keys()].map((id) => [id, 0]));
    for (const after of this.next.values())
      for (const id of after) waiting.set(id, waiting.get(id)! + 1);
    const order: Group[] = [];
    while (waiting.size) {
      // Of those that may come, the one whose first command came first.
      const [id] = [...waiting]
        .filter(([, count]) => count === 0)
        .map(([ready]) => ready)
        .sort((x, y) => this.first(x) - this.first(y));
      waiting.delete(id);
      order.push(this.groups.get(id)!);
      for (const after of this.next.get(id)!) waiting.set(after, waiting.get(after)! - 1);
    }
    return order;
  }

  private first = (id: number) => Math.min(...membersOf(this.groups.get(id)!.lanes));

  /** True if a third has to come after a and before b. */
  private between(a: number, b: number): boolean {
    for (const c of this.next.get(a)!) if (c !== b && this.reached.get(c)!.has(b)) return true;
    return false;
  }

  private related = (a: number, b: number) =>
    this.reached.get(a)!.has(b) || this.reached.get(b)!.has(a);

  /** Who comes after whom, by however many steps. */
  private reach(): void {
    this.reached = new Map();
    const from = (id: number): Set<number> => {
      const known = this.reached.get(id);
      if (known) return known;
      const found = new Set<number>();
      for (const after of this.next.get(id)!) {
        found.add(after);
        for (const far of from(after)) found.add(far);
      }
      this.reached.set(id, found);
      return found;
    };
    for (const id of this.groups.keys()) from(id);
  }
}

/**
 * Commands that give the same numbers in every step, since they read nothing but constants: what
 * they wrote once need not be written again. `given` are the constants.
 */
export function unchanging(
  works: readonly Work[],
  given: ReadonlySet<number>,
  { passing }: Buffers,
): Set<number> {
  const constant = new Set(given);
  const users = usersOf(works);
  const found = new Set<number>();
  works.forEach((work, i) => {
    if (work.stays) return;
    const only = work.writes.every((buffer) => {
      const writers = users.get(buffer)!.filter((j) => works[j].writes.includes(buffer));
      return passing.has(buffer) && writers.length === 1 && !work.reads.includes(buffer);
    });
    if (!only || work.reads.some((buffer) => !constant.has(buffer))) return;
    found.add(i);
    for (const buffer of work.writes) constant.add(buffer);
  });
  return found;
}
