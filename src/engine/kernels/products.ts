/**
 * WGSL of matrix products. Every invocation computes a tile of the result in registers, some rows
 * high and four columns wide, and reads both factors in blocks of 4 × 4.
 *
 * TensorFlow.js's own products keep blocks in shared memory behind barriers, which makes a
 * software adapter 8 to 20 times slower than this; the small matrices of the course lie in a
 * GPU's cache without it. What should be chosen otherwise elsewhere is to be chosen here.
 */

/** Rows of a tile: with 8, twelve vectors read serve 32 multiplications of vectors. */
export const tileRows = 8;

/** A factor of a product as the product sees it, [rows, columns]. */
export interface Factor {
  /** Its binding. */
  name: string;
  /** WGSL: index of its first number; a multiple of 4 if wide. */
  offset?: string;
  rows: number;
  columns: number;
  /** True if the transpose of what the product wants is what is stored. */
  transposed?: boolean;
  /** True if the binding is `array<vec4f>`: stored rows must then be multiples of 4 long. */
  wide: boolean;
}

/** True if this factor's stored rows are whole vectors of four. */
export const canBeWide = ({ rows, columns, transposed }: Omit<Factor, 'name' | 'wide'>): boolean =>
  (transposed ? rows : columns) % 4 === 0;

/**
 * WGSL that adds a · b, [·, inner] · [inner, ·], to the sums of the tile at (`row`, `column`):
 * `sum0`, `sum1`, … are its rows, each a vec4f.
 */
export function accumulated(a: Factor, b: Factor): string {
  const parts = range(tileRows / 4);
  const sums = range(tileRows).map((r) => {
    const [part, i] = [r >> 2, r % 4];
    const terms = range(4).map((k) => {
      const one = a.transposed ? `a${part}${k}.${letters[i]}` : `a${part}${i}.${letters[k]}`;
      const four = b.transposed ? `vec4f(${range(4).map((j) => `b${j}.${letters[k]}`)})` : `b${k}`;
      return `${one} * ${four}`;
    });
    return `sum${r} += ${terms.join(' + ')};`;
  });
  return `for (var k = 0u; k < ${a.columns}u; k += 4u) {
    ${parts.map((part) => block(a, `a${part}`, `row + ${4 * part}u`, 'k')).join('\n')}
    ${block(b, 'b', 'k', 'column')}
    ${sums.join('\n')}
  }`;
}

/** WGSL that declares the tile's sums. */
export const sumsAtZero = (): string =>
  range(tileRows)
    .map((r) => `var sum${r} = vec4f();`)
    .join('\n');

/**
 * WGSL for every number of the tile that lies within [rows, columns]; `store` is given WGSL for
 * its row, its column and its value.
 */
export function eachSum(
  rows: number,
  columns: number,
  store: (row: string, column: string, value: string) => string,
): string {
  return range(tileRows)
    .map((r) => {
      const numbers = range(4).map((c) => {
        const stored = store(`(row + ${r}u)`, `(column + ${c}u)`, `sum${r}.${letters[c]}`);
        return columns % 4 === 0 ? stored : `if (column + ${c}u < ${columns}u) { ${stored} }`;
      });
      const all = numbers.join('\n');
      return rows % tileRows === 0 ? all : `if (row + ${r}u < ${rows}u) { ${all} }`;
    })
    .join('\n');
}

/** Tiles of a result [rows, columns]. */
export const tilesOf = (rows: number, columns: number): number =>
  Math.ceil(rows / tileRows) * Math.ceil(columns / 4);

/** WGSL that finds the place of tile number `tile` (WGSL): neighbours lie in one row. */
export const placed = (columns: number, tile: string): string =>
  `let row = (${tile}) / ${Math.ceil(columns / 4)}u * ${tileRows}u;
  let column = (${tile}) % ${Math.ceil(columns / 4)}u * 4u;`;

const letters = 'xyzw';
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * WGSL that reads a factor's block of 4 × 4 at (row, column), line by line as it is stored, into
 * `as`0 … `as`3. Beyond the end of the inner dimension it is 0; beyond the others' ends it may be
 * anything that WebGPU lets read, since those sums are not stored.
 */
function block(
  { name, offset = '0u', rows, columns, transposed = false, wide }: Factor,
  as: string,
  row: string,
  column: string,
): string {
  const length = transposed ? rows : columns;
  const [line, first] = transposed ? [column, row] : [row, column];
  const inner = row === 'k' ? rows : columns;
  const whole = inner % 4 === 0;
  const within = (k: string, value: string, zero: string) =>
    whole ? value : `select(${zero}, ${value}, ${k} < ${inner}u)`;
  return range(4)
    .map((i) => {
      const start = `${offset} + (${line} + ${i}u) * ${length}u + ${first}`;
      const numbers = range(4).map((j) => {
        const value = `${name}[${start} + ${j}u]`;
        return line === 'k' ? value : within(`k + ${j}u`, value, '0.0');
      });
      const vector = wide ? `${name}[(${start}) / 4u]` : `vec4f(${numbers.join(', ')})`;
      return `let ${as}${i} = ${line === 'k' ? within(`k + ${i}u`, vector, 'vec4f()') : vector};`;
    })
    .join('\n');
}
