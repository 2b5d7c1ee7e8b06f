/** Several programs as one text. */
import { expect, it } from 'vitest';
import type { Buffers, Group } from '../../../src/engine/capture/fusion/plan';
import { parse, tokensOf } from '../../../src/engine/capture/fusion/wgsl';
import { understood } from '../../../src/engine/capture/fusion/works';
import { write } from '../../../src/engine/capture/fusion/write';

const doubled = `
  struct Size { count : u32, x : u32 }
  @group(0) @binding(0) var<storage, read> x : array<f32>; // [64]
  @group(0) @binding(1) var<storage, read_write> y : array<f32, 64>;
  @group(0) @binding(2) var<uniform> size : Size;
  fn twice(x : f32) -> f32 { return 2.0 * x; }
  @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3u) {
    if (id.x >= size.count + size.x) { return; }
    y[id.x] = twice(x[id.x]);
  }`;

const byFours = (body: string) => `
  @group(0) @binding(0) var<storage, read_write> a : array<vec4<f32>, 16>;
  @compute @workgroup_size(16) fn main(@builtin(local_invocation_index) i : u32) { ${body} }`;

interface Buffer {
  size: number;
}
const [x, y] = [{ size: 256 }, { size: 256 }];
const uniform = { size: 16 };

function merged(codes: string[], bindings: Buffer[][], group: Partial<Group> = {}): string {
  const { parts, buffers } = understood(
    codes.map((code, i) => ({ module: parse(code), buffers: bindings[i], grid: [1, 1, 1] })),
  );
  const known: Buffers = {
    bytes: buffers.map(({ size }) => size),
    passing: new Set(),
    inscribed: new Map(),
  };
  const lanes = codes.map((_, i) => ({ how: 'alone' as const, members: [i] }));
  return write(
    { lanes, size: 64, local: [], ...group },
    parts.map((part) => part!),
    known,
  ).code;
}

const packed = (code: string) => tokensOf(code).join(' ');

it('gives every part its own names, and all the same buffers', () => {
  const z = { size: 256 };
  const code = packed(
    merged(
      [doubled, doubled],
      [
        [x, y, uniform],
        [y, z, uniform],
      ],
    ),
  );
  // The one writes what the other reads: one binding, for both.
  expect(code).toContain(
    '@ group ( 0 ) @ binding ( 0 ) var < storage , read > b0 : array < f32 , 64 >',
  );
  expect(code).toContain('@ binding ( 1 ) var < storage , read_write > b1 : array < f32 , 64 >');
  expect(code).toContain('var < uniform > p0_size : p0_Size');
  expect(code).toContain('var < uniform > p1_size : p1_Size');
  // A member keeps its name, where a binding is called the same.
  expect(code).toContain('struct p1_Size { count : u32 , x : u32 }');
  expect(code).toContain('p1_size . count + p1_size . x');
  expect(code).toContain('b1 [ id . x ] = p0_twice ( b0 [ id . x ] )');
  expect(code.match(/@ compute/g)).toHaveLength(1);
});

it('keeps in the workgroup what only its members pass on, behind a barrier', () => {
  const z = { size: 256 };
  const bindings = [
    [x, y, uniform],
    [y, z, uniform],
  ];
  const lanes = [{ how: 'in turn' as const, members: [0, 1] }];
  const code = packed(merged([doubled, doubled], bindings, { lanes, local: [1] }));
  expect(code).toContain('var < workgroup > b1 : array < f32 , 64 >');
  expect(code).toMatch(
    /run0 \( 0u , own \) ; workgroupBarrier \( \) ; storageBarrier \( \) ; run1/,
  );
  const apart = [
    [x, y, uniform],
    [x, z, uniform],
  ];
  expect(merged([doubled, doubled], apart, { lanes })).not.toContain('Barrier');
});

it('reads and writes four numbers where another part takes them one by one', () => {
  const given = [[x, y, uniform], [y]];
  const code = packed(merged([doubled, byFours('a[i] = a[i] * a[i + 1u].x;')], given));
  expect(code).toContain(
    'b1_store ( u32 ( i ) , b1_four ( u32 ( i ) ) * b1_four ( u32 ( i + 1u ) ) . x )',
  );
  for (const body of [
    'a[i] += vec4f();',
    'a[i].x = 1.0;',
    'let a = 1.0;',
    'for (;; a[i] = vec4f()) {}',
  ])
    expect(() => merged([doubled, byFours(body)], given), body).toThrow();
});

it.each([
  ['a pointer', 'fn f(p : ptr<storage, f32>) {}'],
  ['an extension', 'enable f16;'],
  ['a second entry point', '@compute @workgroup_size(1) fn other() {}'],
])('does not take a program with %s', (_, more) => {
  expect(() => parse(doubled)).not.toThrow();
  expect(() => parse(`${more}\n${doubled}`)).toThrow();
});

it('knows what is read, and what is only written', () => {
  const of = (code: string, bound: Buffer[]) =>
    understood([
      { module: parse(code), buffers: bound, grid: [3, 1, 1] as [number, number, number] },
    ]).works[0];
  expect(of(doubled, [x, y, uniform])).toMatchObject({
    ...{ reads: [0], writes: [1], groups: 3, size: 64, waits: false, uniforms: 1 },
  });
  for (const body of ['a[i] = a[i + 1u];', 'a[i].x = 1.0;', 'a[i] += vec4f();'])
    expect(of(byFours(body), [x]), body).toMatchObject({ reads: [0], writes: [0] });
  expect(of(byFours('a[i] = vec4f();'), [x])).toMatchObject({ reads: [], writes: [0] });
  expect(of(byFours('storageBarrier();'), [x])).toMatchObject({ waits: true });
  const noted = of(`// own 4: y\n${doubled}`, [x, y, uniform]);
  expect(noted.own).toEqual({ width: 4, buffers: new Set([1]) });
});
