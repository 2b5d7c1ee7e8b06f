/**
 * WGSL of matrix products. Every invocation computes a tile of the result in registers, eight rows
 * high and four or eight columns wide, and reads both factors in blocks of 4 × 4.
 *
 * TensorFlow.js's own products keep blocks in shared memory behind barriers, which makes a
 * software adapter 8 to 20 times slower than this; the small matrices of the course lie in a
 * GPU's cache without it. On a GPU several invocations share a tile's inner dimension (../sums.ts).
 */

import type * as tf from '../../core';
import type { Part } from '../parts';
import { summed, type Walk } from '../sums';

/** Rows of a tile: with 8, twelve vectors read serve 32 multiplications of vectors. */
const tileRows = 8;

/** Invocations there have to be for each to compute eight columns: sixteen vectors then serve 64. */
const fewest = 1024;

/** A factor of a product as the product sees it, [rows, columns]. */
export interface Factor {
  /** Its binding. */
  name: string;
  tensor: tf.TensorInfo;
  /** WGSL: index of its first number, a multiple of 4 if wide; `batch` counts the products. */
  offset?: string;
  /** WGSL: index of number `place` of the stored row `line`, where rows are not end to end. */
  at?: (line: string, place: string) => string;
  rows: number;
  columns: number;
  /** True if the transpose of what the product wants is what is stored. */
  transposed?: boolean;
  /** True if the binding is `array<vec4f>`: stored rows must then be multiples of 4 long. */
  wide: boolean;
}

/** A factor stored as it is, or transposed, rows end to end; wide if its rows allow it. */
export function factor(
  name: string,
  tensor: tf.TensorInfo,
  rows: number,
  columns: number,
  { transposed = false, offset }: Partial<Pick<Factor, 'transposed' | 'offset'>> = {},
): Factor {
  const wide = (transposed ? rows : columns) % 4 === 0;
  return { name, tensor, rows, columns, transposed, offset, wide };
}

export interface Product {
  /** Names the part and its WGSL function. */
  name: string;
  rows: number;
  columns: number;
  /** Products of the same form, one after another; 1 unless said. */
  batch?: number;
  /** The result is the sum of their products. */
  terms: [Factor, Factor][];
  output: { name: string; shape: number[] };
  /** What else `finish`, `at` and `store` read. */
  inputs?: Record<string, tf.TensorInfo>;
  /** WGSL that changes a row of the tile, the vec4f `sum`, before it is stored. */
  finish?: (sum: string, row: string, column: string) => string;
  /** WGSL: where in the output a number goes; rows end to end unless said. */
  to?: (row: string, column: string) => string;
  /** WGSL: what is stored for a sum at an index of the output; the sum unless said. */
  value?: (sum: string, index: string) => string;
}

/** The product as a part of a program. */
export function productPart(product: Product): Part {
  const { name, rows, columns, batch = 1, terms, output, inputs = {}, finish } = product;
  const {
    to = (row, column) => `batch * ${rows * columns}u + ${row} * ${columns}u + ${column}`,
    value = (sum) => sum,
  } = product;
  // Fours of columns that an invocation computes.
  const fours = columns % 8 === 0 && rows * columns * batch >= 64 * fewest ? 2 : 1;
  const across = Math.ceil(columns / (4 * fours));
  const tiles = across * Math.ceil(rows / tileRows);
  // Of a lower result the tile's other rows would be read, and dropped.
  const high = Math.min(tileRows, rows);
  const factors = terms.flat();
  const stored = (n: number) => `{
      let column = first + ${4 * n}u;
      var sums = array<vec4f, ${high}>(${range(high).map((r) => `sum${n}${r}`)});
      for (var r = 0u; r < ${rows % high === 0 ? `${high}u` : `min(${high}u, ${rows}u - row)`}; r++) {
        var sum = sums[r];
        ${finish?.('sum', '(row + r)', 'column') ?? ''}
        for (var c = 0u; c < ${columns % 4 === 0 ? '4u' : `min(4u, ${columns}u - column)`}; c++) {
          let to = ${to('(row + r)', '(column + c)')};
          ${output.name}[to] = ${value('sum[c]', 'to')};
        }
      }
    }`;
  const described = {
    name,
    inputs: { ...Object.fromEntries(factors.map(({ name, tensor }) => [name, tensor])), ...inputs },
    outputs: { [output.name]: { shape: output.shape } },
    vectors: factors.filter(({ wide }) => wide).map(({ name }) => name),
    invocations: tiles * batch,
    chain: terms.reduce((sum, [a]) => sum + a.columns, 0),
  };
  return summed(described, {
    // Neighbours lie in one row of the result.
    before: `let batch = index / ${tiles}u;
      let row = index % ${tiles}u / ${across}u * ${tileRows}u;
      let first = index % ${across}u * ${4 * fours}u;`,
    sums: range(fours).flatMap((n) => range(high).map((r) => `sum${n}${r}`)),
    type: 'vec4f',
    terms: (walk) => terms.map(([a, b]) => accumulated(a, b, fours, walk)).join('\n'),
    // A loop, not 32 statements: those would take long to compile.
    after: range(fours)
      .map((n) => stored(n))
      .join('\n'),
  });
}

/** WGSL that adds a · b to the sums of the tile at (`row`, `column`), one vec4f each row. */
function accumulated(a: Factor, b: Factor, fours: number, walk: Walk): string {
  const high = Math.min(tileRows, a.rows);
  const parts = range(Math.ceil(high / 4));
  const sumsOf = (n: number) =>
    range(high).map((r) => {
      const [part, i] = [r >> 2, r % 4];
      const terms = range(Math.min(4, a.columns)).map((k) => {
        const one = a.transposed ? `a${part}${k}.${letters[i]}` : `a${part}${i}.${letters[k]}`;
        const four = b.transposed
          ? `vec4f(${range(4).map((j) => (j < b.columns ? `b${n}${j}.${letters[k]}` : '0.0'))})`
          : `b${n}${k}`;
        return `${one} * ${four}`;
      });
      return `sum${n}${r} += ${terms.join(' + ')};`;
    });
  return `${walk('0u', `${a.columns}u`, 4)} {
    ${parts.map((part) => block(a, `a${part}`, `row + ${4 * part}u`, 'k', Math.min(4, high - 4 * part))).join('\n')}
    ${range(fours)
      .map(
        (n) =>
          `${block(b, `b${n}`, 'k', `(first + ${4 * n}u)`, Math.min(4, b.columns))}\n${sumsOf(n).join('\n')}`,
      )
      .join('\n')}
  }`;
}

const letters = 'xyzw';
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * WGSL that reads a factor's block of 4 × 4 at (row, column), line by line as it is stored, into
 * `as`0 … `as`3; of the outer dimension only `outer` numbers, and of an inner one shorter than four
 * only what there is: a software adapter takes a millisecond or two to compile each number read.
 * Beyond the end of the inner dimension it is 0; beyond the others' ends it may be anything that
 * WebGPU lets read, since those sums are not stored.
 */
function block(
  { name, offset = '0u', at, rows, columns, transposed = false, wide }: Factor,
  as: string,
  row: string,
  column: string,
  outer: number,
): string {
  const length = transposed ? rows : columns;
  const [line, first] = transposed ? [column, row] : [row, column];
  const inner = row === 'k' ? rows : columns;
  const some = Math.min(4, inner);
  const whole = inner % some === 0;
  const within = (k: string, value: string, zero: string) =>
    whole ? value : `select(${zero}, ${value}, ${k} < ${inner}u)`;
  const [lines, places] = line === 'k' ? [some, outer] : [outer, some];
  return range(lines)
    .map((i) => {
      const own = `(${line} + ${i}u)`;
      const start = at?.(own, first) ?? `${offset} + ${own} * ${length}u + ${first}`;
      const numbers = range(4).map((j) => {
        if (j >= places) return '0.0';
        const value = `${name}[${start} + ${j}u]`;
        return line === 'k' ? value : within(`k + ${j}u`, value, '0.0');
      });
      const vector = wide ? `${name}[(${start}) / 4u]` : `vec4f(${numbers.join(', ')})`;
      return `let ${as}${i} = ${line === 'k' ? within(`k + ${i}u`, vector, 'vec4f()') : vector};`;
    })
    .join('\n');
}
