/** Free cells: what they declare and read, the graph of a page, and what is shown. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as model from '../../src/model';
import { analysed } from '../../src/notebook/free/analyse';
import { Cells } from '../../src/notebook/free/cells';
import { Plot } from '../../src/notebook/free/charts';
import type { CellText, FreeReply, Shown } from '../../src/notebook/free/protocol';
import { shown } from '../../src/notebook/free/shown';
import * as tf from '../../src/tensor/tf';

beforeAll(async () => {
  await tf.loadBackend.cpu();
  await tf.setBackend('cpu');
});

const compile = (names: string[], body: string) =>
  new Function(...names, `'use strict';${body}`) as never;

/** A page of cells; each call runs one and gives what was said. */
function page(texts: Record<string, string>) {
  let said: FreeReply[] = [];
  const graph = new Cells({
    compile,
    library: { ...model, Plot },
    say: (reply) => said.push(reply),
  });
  return {
    async run(press: string, changes: Record<string, string> = {}, held?: string) {
      said = [];
      Object.assign(texts, changes);
      const cells: CellText[] = Object.entries(texts).map(([id, source]) => ({
        id,
        source,
        ...(id === held && { held: true }),
      }));
      await graph.run(press, cells);
      return said.flatMap((reply) =>
        reply.kind === 'shown'
          ? [`${reply.cell}: ${reply.results.map(words).join('; ') || reply.words}`]
          : reply.kind === 'failed'
            ? [`${reply.cell} failed: ${reply.words}`]
            : [],
      );
    },
  };
}

const words = (value: Shown): string => {
  const name = value.name === undefined ? '' : `${value.name} = `;
  if (value.kind === 'tensor') return `${name}${value.shape.join('×')} ${value.values}`;
  if (value.kind === 'record')
    return `${name}${value.text} { ${value.entries.map(words).join(', ')} }`;
  return name + (value.kind === 'words' ? value.text : 'a chart');
};

describe('a cell’s text', () => {
  it.each([
    ['const a = 1, { b, c: [d, ...e] } = f;', ['a', 'b', 'd', 'e'], ['f']],
    ['function g(x = y) { return x + z; } class H {}', ['g', 'H'], ['y', 'z']],
    ['const f = (x) => { const y = x; return y.z + w; };', ['f'], ['w']],
    ['for (const i of list) { let j = i; }', [], ['list']],
    ['try { a(); } catch (error) { error.b; }', [], ['a']],
    [
      '{ const hidden = 1; } ({ key: value, [computed]: 1, short });',
      [],
      ['value', 'computed', 'short'],
    ],
    ['if (x) { var late = 1; }', ['late'], ['x']],
    ['outer: for (;;) break outer;', [], []],
    ['const x: number = y as number;', ['x'], ['y']],
    ['class A { b = c; static d() { return e; } #f = 1; }', ['A'], ['c', 'e']],
  ])('%s declares %j and reads %j', (text, outputs, free) => {
    const analysis = analysed(text);
    expect(analysis.outputs.toSorted()).toEqual(outputs.toSorted());
    expect([...analysis.free].toSorted()).toEqual(free.toSorted());
  });

  it('says in which line it cannot be read', () => {
    expect(() => analysed('const a = 1;\nconst b = ;')).toThrow(/^Line 2 cannot be read/);
    expect(() => analysed('let a;\nlet a;')).toThrow(/^Line 2 cannot be read/);
    expect(() => analysed('\nexport const a = 1;')).toThrow('Line 2: a cell needs no export');
  });
});

describe('the cells of a page', () => {
  it('run what they need, and again when that changes', async () => {
    const { run } = page({ a: 'const n = 2;', b: 'const m = n * 10;\nm + 1', c: 'n + m' });
    expect(await run('b')).toEqual(['a: n = 2', 'b: 21']);
    expect(await run('a', { a: 'const n = 3;' })).toEqual(['a: n = 3', 'b: 31']);
    expect(await run('c')).toEqual(['c: 33']);
    expect(await run('a', { a: 'const n = 4;' })).toEqual(['a: n = 4', 'b: 41', 'c: 44']);
  });

  it('wait, show several things, and say when there is nothing', async () => {
    const { run } = page({
      a: 'for (const i of [1, 2]) display(i, "step " + i);\nawait 3',
      b: ';',
    });
    expect(await run('a')).toEqual(['a: step 1 = 1; step 2 = 2; 3']);
    expect(await run('b')).toEqual(['b: It ran, and shows nothing: end the cell with a value.']);
  });

  it('have the library', async () => {
    const { run } = page({
      x: 'const x = tf.tensor2d([[1, 0], [0, 1]]);\nconst params = { "router.weight": tf.tensor2d([[1, 0], [0, 2]]) };',
      y: 'softmaxTopK.route({ x, params, topK: 1 }).mask',
    });
    expect(await run('y')).toEqual([
      'x: x = 2×2 1,0,0,1; params = a record { router.weight = 2×2 1,0,0,2 }',
      'y: 2×2 1,0,0,1',
    ]);
  });

  it('may call what is theirs as the library calls its own', async () => {
    const { run } = page({ a: 'const load = 5;', b: 'load + 1' });
    expect(await run('b')).toEqual(['a: load = 5', 'b: 6']);
  });

  it('say at which line they fail, and which cells did not run for it', async () => {
    const { run } = page({ a: 'const n = 1;\nmissing();', b: 'n', c: 'const p = 1;' });
    expect(await run('b')).toEqual([
      'a failed: Line 2: missing is not defined.',
      'b failed: The cell did not run: the cell “a”, which it needs, failed.',
    ]);
    expect(await run('a', { a: 'const n = 7;' })).toEqual(['a: n = 7', 'b: 7']);
  });

  it('name the cell whose function failed', async () => {
    const { run } = page({ a: 'const f = () => {\n  throw new Error("no");\n};', b: 'f()' });
    expect((await run('b')).at(-1)).toBe('b failed: Line 2 of the cell “a”: no.');
  });

  it('refuse circles and names that stand twice', async () => {
    const round = page({ a: 'const n = m;', b: 'const m = n;' });
    expect(await round.run('a')).toEqual([
      'a failed: The cell needs itself, by way of others: cells cannot run in a circle.',
    ]);
    const twice = page({ a: 'const n = 1;', b: 'const n = 2;' });
    expect(await twice.run('b')).toEqual([
      'b failed: n is declared in the cell “a” of this page too; call one of them otherwise.',
    ]);
    expect(await twice.run('b', { a: 'const k = 1;' })).toEqual(['b: n = 2']);
  });

  it('do not run code that came with an address for another’s sake', async () => {
    const { run } = page({ a: 'const n = 1;', b: 'n' });
    expect(await run('b', {}, 'a')).toEqual([
      'b failed: The cell did not run: it needs the cell “a”, whose code came with the address. Read it and run it first.',
    ]);
    expect(await run('a')).toEqual(['a: n = 1', 'b: 1']);
  });

  it('release what they made when they run again', async () => {
    const { run } = page({ a: 'const t = tf.add(tf.ones([2]), 1);' });
    await run('a');
    const before = tf.memory().numTensors;
    await run('a');
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what is shown', () => {
  it.each([
    ['three', 'three'],
    [3, '3'],
    [undefined, 'undefined'],
    [() => 1, 'a function'],
    [[1, 2.5], '[1, 2.500]'],
    [{ a: 1, b: { c: null } }, 'a record { a = 1, b = a record { c = null } }'],
    [new Map([['k', 'v']]), 'Map { k = v }'],
  ])('of %j', (value, text) => {
    expect(words(shown(value))).toBe(text);
  });

  it('of tensors is their shape, their first rows, and their ends', () => {
    const wide = shown(tf.reshape(tf.range(0, 200 * 3), [2, 100, 3]));
    expect(wide).toMatchObject({ shape: [2, 100, 3], rows: 64, columns: 3, least: 0, most: 599 });
    expect(words(shown(tf.scalar(2)))).toBe('2 (a scalar)');
    const gone = tf.ones([2]);
    gone.dispose();
    expect(words(shown(gone))).toBe('a tensor that was disposed');
  });

  it('of charts is what was called, with functions called', () => {
    const P = Plot as Record<string, (...given: unknown[]) => unknown>;
    const rows = [{ step: 0, loss: 2 }];
    const chart = P.plot({
      x: { label: 'step' },
      marks: [
        P.ruleY([0]),
        P.line(rows, { x: 'step', y: (row: { loss: number }) => row.loss * 2 }),
      ],
    });
    expect(shown(chart)).toEqual({
      kind: 'chart',
      chart: {
        options: { x: { label: 'step' } },
        marks: [
          { mark: 'ruleY', rows: [0], options: {} },
          { mark: 'line', rows, options: { x: 'step', y: [4] } },
        ],
      },
    });
  });

  it('refuses what a page cannot draw, in words', () => {
    const P = Plot as Record<string, (...given: unknown[]) => unknown>;
    expect(() => P.hexgrid()).toThrow('Plot.hexgrid is not at hand in a cell. There are areaY');
    expect(() => P.line(3)).toThrow('Plot.line takes a list of rows first; it was given number.');
    expect(() => P.dot([1], { href: 'x' })).toThrow('Plot.dot takes no href here');
    expect(() => P.plot({ marks: [1] })).toThrow('The marks of Plot.plot are made by Plot');
    expect(() => P.dot(Array.from({ length: 5001 }, () => 1))).toThrow(
      '5,001 rows; at most 5,000 are allowed',
    );
  });
});
