/** Which commands become one: whatever is planned has to leave the same numbers behind. */
import { describe, expect, it } from 'vitest';
import {
  type Buffers,
  type Group,
  type Limits,
  plan,
  unchanging,
  type Work,
} from '../../../src/engine/capture/fusion/plan';
import { uniforms as drawn } from '../../../src/tensor/random';

const limits: Limits = {
  bindings: 8,
  uniforms: 12,
  invocations: 256,
  shared: 16384,
  adapter: 'graphics',
};

/** A command of one workgroup that reads and writes buffers of 64 numbers. */
const work = (reads: number[], writes: number[], others: Partial<Work> = {}): Work => ({
  ...{ reads, writes, groups: 1, size: 64, waits: false, shared: 0, uniforms: 0 },
  elements: new Map([...reads, ...writes].map((buffer) => [buffer, 'f32'])),
  ...others,
});

const wide = { groups: 4 };

/** An invocation touches one number of its own of each of these. */
const own = (...buffers: number[]) => ({ own: { width: 1, buffers: new Set(buffers) } });

const buffers = (passing: number[] = [], inscribed: number[] = []): Buffers => ({
  bytes: Array(64).fill(256),
  passing: new Set(passing),
  inscribed: new Map(inscribed.map((buffer) => [buffer, Float32Array.of(1)])),
});

const membersOf = ({ lanes }: Group) => lanes.map(({ members }) => members);
const shapes = (groups: Group[]) =>
  groups.map(({ lanes }) => lanes.map(({ how, members }) => `${how} ${members}`).join(' | '));

describe('commands of one workgroup', () => {
  it('are done in turn, and keep to themselves what only they pass on', () => {
    const chain = [work([0], [1]), work([1], [2]), work([2], [3])];
    const [group, ...rest] = plan(chain, buffers([1, 2]), limits);
    expect(rest).toEqual([]);
    expect(group.lanes).toEqual([{ how: 'in turn', members: [0, 1, 2] }]);
    expect(group.local).toEqual([1, 2]);
  });

  it('give away what others read', () => {
    const chain = [work([0], [1]), work([1], [2]), work([1], [3], wide)];
    const groups = plan(chain, buffers([1, 2]), limits);
    expect(shapes(groups)).toEqual(['in turn 0,1', 'alone 2']);
    expect(groups[0].local).toEqual([2]);
    // Read before it is written: what the step before left there.
    expect(plan([work([1], [0]), work([0], [1])], buffers([1]), limits)[0].local).toEqual([]);
    expect(plan([work([0, 1], [1]), work([1], [2])], buffers([1]), limits)[0].local).toEqual([]);
  });

  it('do not share more memory than a workgroup has', () => {
    const some = { ...buffers([1]), bytes: [4, 16384, 4] };
    const large = [work([0], [1]), work([1], [2])];
    expect(plan(large, some, limits)[0].local).toEqual([1]);
    expect(plan(large, some, { ...limits, shared: 16383 })[0].local).toEqual([]);
    const shares = [work([0], [1], { shared: 4, waits: true }), work([1], [2])];
    expect(plan(shares, some, limits)[0].local).toEqual([]);
  });

  it('are not done in turn around a third between them', () => {
    const three = [work([0], [1]), work([1], [2], wide), work([1, 2], [3])];
    expect(shapes(plan(three, buffers(), limits))).toEqual(['alone 0', 'alone 1', 'alone 2']);
  });

  it('wait for each other only in workgroups of their own size', () => {
    const waiting = { waits: true };
    const chain = (other: Partial<Work>) => [work([0], [1], other), work([1], [2], waiting)];
    for (const size of [1, 64, 128])
      expect(plan(chain({ size }), buffers(), limits).map((group) => group.size)).toEqual([64]);
    expect(plan(chain({ size: 64, waits: true }), buffers(), limits).length).toBe(1);
    expect(plan(chain({ size: 128, waits: true }), buffers(), limits).length).toBe(2);
  });
});

describe('element-wise neighbours', () => {
  const pair = (one = own(1), two = own(1)) => [
    work([0], [1], { ...wide, ...one }),
    work([1], [2], { ...wide, ...two }),
  ];

  it('become one where each invocation reads what it wrote', () => {
    expect(shapes(plan(pair(), buffers(), limits))).toEqual(['each 0,1']);
    expect(shapes(plan(pair(own(0), own(1)), buffers(), limits))).toEqual(['alone 0', 'alone 1']);
    expect(shapes(plan(pair(own(1), own(2)), buffers(), limits))).toEqual(['alone 0', 'alone 1']);
  });

  it('take a row of the one for its numbers of the other', () => {
    const row = { own: { width: 8, buffers: new Set([1]) } };
    expect(shapes(plan(pair(own(1), row), buffers(), limits))).toEqual(['each 0,1']);
    const odd = { own: { width: 3, buffers: new Set([1]) } };
    expect(shapes(plan(pair(row, odd), buffers(), limits))).toEqual(['alone 0', 'alone 1']);
  });

  it('do not where one of them waits', () => {
    const [one, two] = pair();
    expect(plan([one, { ...two, waits: true }], buffers(), limits).length).toBe(2);
  });
});

describe('commands without results for each other', () => {
  it('stand side by side', () => {
    const apart = [work([0], [1], wide), work([0], [2], wide)];
    expect(shapes(plan(apart, buffers(), limits))).toEqual(['alone 0 | alone 1']);
  });

  it.each([
    ['one reads what the other wrote', work([0], [1], wide), work([1], [2], wide)],
    ['one writes what the other read', work([0], [1], wide), work([2], [0], wide)],
    ['both write the same', work([0], [1], wide), work([2], [1], wide)],
  ])('do not where %s', (_, one, two) => {
    expect(plan([one, two], buffers(), limits).length).toBe(2);
  });

  it('do not where a third has to come between them', () => {
    const three = [work([0], [1], wide), work([1], [2], { groups: 1e6 }), work([2], [3], wide)];
    expect(plan(three, buffers(), limits).length).toBe(3);
  });

  it('do not beyond what a shader may bind, constants aside', () => {
    const many = [work([0, 1, 2, 3], [4], wide), work([5, 6, 7], [8], wide)];
    expect(plan(many, buffers(), limits).length).toBe(2);
    expect(plan(many, buffers(), { ...limits, bindings: 9 }).length).toBe(1);
    expect(plan(many, buffers([], [6]), limits).length).toBe(1);
    const uniform = [work([0], [1], { uniforms: 7 }), work([0], [2], { uniforms: 6 })];
    expect(plan(uniform, buffers(), limits).length).toBe(2);
  });

  it('do not where there is much to do, or much to compare', () => {
    const long = { groups: 200 };
    expect(plan([work([0], [1], long), work([0], [2], long)], buffers(), limits).length).toBe(2);
    const large = { ...buffers(), bytes: [4, 1 << 21, 4] };
    expect(plan([work([0], [1]), work([0], [2])], large, limits).length).toBe(2);
  });

  it('do not where one holds as integers what is numbers to the other', () => {
    const as = (type: string) => ({ ...wide, elements: new Map([[0, type]]) });
    const apart = (a: string, b: string) => [work([0], [1], as(a)), work([0], [2], as(b))];
    expect(plan(apart('f32', 'i32'), buffers(), limits).length).toBe(2);
    expect(plan(apart('f32', 'vec4f'), buffers(), limits).length).toBe(1);
  });

  it('stay where they are not understood', () => {
    const apart = [work([0], [1], { stays: true }), work([0], [2])];
    expect(plan(apart, buffers(), limits).length).toBe(2);
  });
});

describe('on a software adapter', () => {
  const here: Limits = { ...limits, adapter: 'software' };

  it('few invocations do commands in turn', () => {
    const chain = [work([0], [1], { size: 128 }), work([1], [2])];
    expect(plan(chain, buffers(), limits)[0].size).toBe(128);
    expect(plan(chain, buffers(), here)[0]).toMatchObject({ size: 4, lanes: [{ how: 'in turn' }] });
  });

  it('nobody waits for others than before', () => {
    const waits = { waits: true };
    const apart = [work([0], [1], waits), work([0], [2])];
    expect(plan(apart, buffers(), limits).length).toBe(1);
    expect(plan(apart, buffers(), here).length).toBe(2);
    const chain = [work([0], [1], waits), work([1], [2])];
    expect(plan(chain, buffers(), here).length).toBe(2);
    const beside = [work([0], [1]), work([1], [2]), work([0], [3], wide)];
    expect(plan(beside, buffers(), limits).length).toBe(1);
    expect(plan(beside, buffers(), here).length).toBe(2);
  });

  it('what stands side by side is small', () => {
    const apart = [work([0], [1], { groups: 16 }), work([0], [2])];
    expect(plan(apart, buffers(), limits).length).toBe(1);
    expect(plan(apart, buffers(), here).length).toBe(2);
  });
});

describe.each(['graphics', 'software'] as const)('any step, on an adapter of %s', (adapter) => {
  const limitsHere = { ...limits, adapter };
  const steps = 300;
  const commands = 14;

  /** Commands that touch a dozen buffers as it comes; each may be of any kind. */
  function drawnStep(seed: number): { works: Work[]; known: Buffers } {
    const next = drawn(seed, 'step');
    const upTo = (n: number) => Math.floor(next() * n);
    const works = Array.from({ length: commands }, () => {
      const reads = Array.from({ length: upTo(4) }, () => upTo(12));
      const writes = Array.from({ length: 1 + upTo(2) }, () => upTo(12));
      if (next() < 0.2) reads.push(writes[0]);
      const touched = [...reads, ...writes].filter(() => next() < 0.7);
      return work([...new Set(reads)], [...new Set(writes)], {
        groups: next() < 0.5 ? 1 : 1 + upTo(8),
        size: [1, 64, 256][upTo(3)],
        waits: next() < 0.2,
        own: next() < 0.6 ? { width: [1, 4][upTo(2)], buffers: new Set(touched) } : undefined,
        stays: next() < 0.05,
      });
    });
    return { works, known: buffers([4, 5, 6, 7, 8, 9, 10, 11]) };
  }

  /** What is left in the buffers: of each its history, as a number. */
  function run(works: Work[], order: number[], memory: number[]): void {
    for (const i of order) {
      const seen = works[i].reads.map((buffer) => memory[buffer]);
      for (const buffer of works[i].writes)
        memory[buffer] = [i, buffer, ...seen].reduce((a, b) => (a * 31 + b) % 1000003, 7);
    }
  }

  const fresh = () => Array.from({ length: 12 }, (_, i) => i + 1);

  it('leaves the same numbers behind, within the limits', () => {
    let fewer = 0;
    for (let seed = 1; seed <= steps; seed++) {
      const { works, known } = drawnStep(seed);
      const groups = plan(works, known, limitsHere);
      fewer += commands - groups.length;
      const all = groups.flatMap((group) => membersOf(group).flat());
      expect(all.toSorted((a, b) => a - b)).toEqual(works.map((_, i) => i));
      const want = fresh();
      run(works, [...works.keys()], want);
      // Lanes are done at the same time: the last before the first, and the first before the last.
      for (const turned of [false, true]) {
        const got = fresh();
        const gone = new Set<number>();
        for (const group of groups) {
          const lanes = membersOf(group);
          if (turned) lanes.reverse();
          for (const buffer of group.local) got[buffer] = -1;
          run(works, lanes.flat(), got);
          for (const buffer of group.local) {
            got[buffer] = -1;
            gone.add(buffer);
          }
        }
        for (const [buffer, value] of want.entries())
          if (!gone.has(buffer)) expect(got[buffer], `seed ${seed}, buffer ${buffer}`).toBe(value);
        for (const buffer of gone) expect(known.passing.has(buffer)).toBe(true);
      }
      for (const { lanes, local } of groups) {
        const members = lanes.flatMap((lane) => lane.members);
        const bound = new Set(members.flatMap((i) => [...works[i].reads, ...works[i].writes]));
        if (members.length > 1) expect(bound.size - local.length).toBeLessThanOrEqual(8);
      }
    }
    expect(fewer).toBeGreaterThan(steps / 2);
  });

  it('lets an invocation read only its own numbers of what a neighbour wrote', () => {
    let joined = 0;
    for (let seed = 1; seed <= steps; seed++) {
      const { works, known } = drawnStep(seed);
      for (const { how, members } of plan(works, known, limitsHere).flatMap(({ lanes }) => lanes)) {
        if (how === 'in turn') expect(members.every((i) => works[i].groups === 1)).toBe(true);
        if (how !== 'each') continue;
        joined++;
        for (const i of members)
          for (const j of members)
            for (const buffer of works[i].writes)
              if (i !== j && [...works[j].reads, ...works[j].writes].includes(buffer))
                for (const k of [i, j]) expect(works[k].own!.buffers.has(buffer)).toBe(true);
      }
    }
    expect(joined).toBeGreaterThan(20);
  });
});

describe('what is the same in every step', () => {
  it('is what follows from constants alone', () => {
    const step = [work([0], [1]), work([1, 0], [2]), work([2, 5], [3])];
    expect([...unchanging(step, new Set([0]), buffers([1, 2, 3]))]).toEqual([0, 1]);
  });

  it('is not what others write, change in place or look at', () => {
    const given = new Set([0]);
    const passing = buffers([1]);
    expect(unchanging([work([0], [1]), work([5], [1])], given, passing).size).toBe(0);
    expect(unchanging([work([0, 1], [1])], new Set([0, 1]), passing).size).toBe(0);
    expect(unchanging([work([0], [2])], given, passing).size).toBe(0);
    expect(unchanging([work([0], [1], { stays: true })], given, passing).size).toBe(0);
  });
});
