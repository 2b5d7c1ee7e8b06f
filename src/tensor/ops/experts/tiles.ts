/**
 * WGSL for blocks of a matrix product whose rows lie apart: one invocation computes a tile of
 * several rows and columns in registers. No blocks in shared memory: its barriers make a software
 * adapter three to five times slower, and toy models' matrices lie in a GPU's cache anyway.
 */

import type { Walk } from '../sums';

/** Address of an element, counted in numbers; neighbours along the second index lie together. */
export type Address = (row: string, column: string) => string;

export interface Operand {
  array: string;
  at: Address;
}

export interface Tile {
  rows: number;
  columns: number;
  /**
   * How a [row, k] and b lie in memory: `rows`: b [k, column]; `dots`: b [column, k];
   * `outer`: a [k, row], b [k, column].
   */
  form: 'rows' | 'dots' | 'outer';
  a: Operand;
  b: Operand;
  /** Statements before each step of an `outer` product; `k` counts from `from` up to `to`. */
  before?: string;
  from?: string;
  to: string;
  /** True if arrays are bound as vec4f and all addresses at multiples of 4 are multiples of 4. */
  wide: boolean;
  /** WGSL for a number that a's element k is multiplied by, in an `outer` product. */
  scale?: string;
  /** Names the accumulators: two tiles with the same loop may be computed side by side. */
  name?: string;
}

const range = (count: number, step = 1) =>
  Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);

/** An element of an array, or the four from it on. */
export const element = (wide: boolean, array: string, index: string): string =>
  wide ? `${array}[(${index}) >> 2u]` : `${array}[${index}]`;

/** The type of what `element` gives. */
export const elementType = (wide: boolean): string => (wide ? 'vec4f' : 'f32');

/** Names of the accumulators of tiles side by side. */
export function accumulators(tiles: Pick<Tile, 'rows' | 'columns' | 'wide' | 'name'>[]): string[] {
  const [{ rows, columns, wide }] = tiles;
  return tiles.flatMap(({ name = 'c' }) =>
    range(rows).flatMap((r) => range(columns, wide ? 4 : 1).map((n) => `${name}${r}_${n}`)),
  );
}

/**
 * Adds to the accumulators of tiles. Rows are `row0`, `row1` …, columns `column + 0u` … where the
 * WGSL around it declares `row…` and `column`.
 */
export function product(tiles: Tile[], walk: Walk): string {
  const [{ rows, columns, form, from = '0u', to, wide, before = '', scale, a }] = tiles;
  const width = wide ? 4 : 1;
  const load = (operand: Operand, row: string, column: string) =>
    element(wide, operand.array, operand.at(row, column));
  const lines: string[] = [];
  // Tiles side by side share a; each has a b of its own.
  if (form === 'outer') {
    const factor = scale ? `${scale} * ` : '';
    for (const r of range(rows, width))
      lines.push(`let a${r} = ${factor}${load(a, 'k', `row0 + ${r}u`)};`);
    for (const { b, name = 'c' } of tiles)
      for (const n of range(columns, width)) {
        lines.push(`let ${name}b${n} = ${load(b, 'k', `column + ${n}u`)};`);
        for (const r of range(rows)) {
          const x = wide ? `a${r - (r % 4)}[${r % 4}]` : `a${r}`;
          lines.push(`${name}${r}_${n} += ${x} * ${name}b${n};`);
        }
      }
  } else {
    for (const r of range(rows)) lines.push(`let a${r} = ${load(a, `row${r}`, 'k')};`);
    for (const { b, name = 'c' } of tiles)
      if (form === 'rows')
        for (const n of range(columns, width))
          for (const k of range(width)) {
            const value = `${name}b${n}_${k}`;
            lines.push(`let ${value} = ${load(b, `(k + ${k}u)`, `column + ${n}u`)};`);
            for (const r of range(rows))
              lines.push(`${name}${r}_${n} += a${r}${wide ? `[${k}]` : ''} * ${value};`);
          }
      else
        for (const n of range(columns)) {
          lines.push(`let ${name}b${n} = ${load(b, `(column + ${n}u)`, 'k')};`);
          const into = wide ? `${n - (n % 4)}[${n % 4}]` : `${n}`;
          for (const r of range(rows))
            lines.push(
              `${name}${r}_${into} += ${wide ? `dot(a${r}, ${name}b${n})` : `a${r} * ${name}b${n}`};`,
            );
        }
  }
  const step = form === 'outer' ? 1 : width;
  return `${walk(from, to, step)} {
      ${before}
      ${lines.join('\n')}
    }`;
}

/**
 * A loop over the places of finished tiles side by side: `store(row, column, suffix)`, where row and
 * column are numbers of WGSL, counted within the tile and within the result, and the tiles' names
 * with the suffix hold what was found there. A loop, not a statement for each place: a software
 * adapter takes milliseconds to compile each access to memory.
 */
export function eachPlace(
  tiles: Pick<Tile, 'rows' | 'columns' | 'wide' | 'name'>[],
  store: (row: string, column: string, suffix: string) => string,
): string {
  const [{ rows, columns, wide }] = tiles;
  const width = wide ? 4 : 1;
  const all = `array<${elementType(wide)}, ${(rows * columns) / width}>`;
  const names = tiles.map(({ name = 'c' }) => name);
  return `{
    ${tiles.map((tile, i) => `var all${i} = ${all}(${accumulators([tile]).join(', ')});`).join('\n')}
    for (var r = 0u; r < ${rows}u; r++) {
      for (var n = 0u; n < ${columns}u; n += ${width}u) {
        ${names.map((name, i) => `let ${name}_ = all${i}[(r * ${columns}u + n) / ${width}u];`).join(' ')}
        ${store('r', '(column + n)', '_')}
      }
    }
  }`;
}
