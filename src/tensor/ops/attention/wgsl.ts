/** Loops of attention over the positions, for a few queries at once. */

/** Rows of a tensor, one after another or not. */
export interface Rows {
  /** Binding. */
  name: string;
  width: number;
  /** True if bound as `array<vec4f>`: the width is a multiple of 4. */
  wide: boolean;
  /** WGSL: index of the first number of row `row`: a query's number, or WGSL of a position. */
  start: (row: number | string) => string;
}

const range = (count: number, step = 1) =>
  Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);

/** WGSL: four numbers of a row from `place` on; beyond its end they are 0. */
function four({ name, width, wide, start }: Rows, row: number | string, place: string): string {
  const from = `${start(row)} + ${place}`;
  if (wide) return `${name}[(${from}) / 4u]`;
  const numbers = range(4).map((i) => {
    const value = `${name}[${from} + ${i}u]`;
    return width % 4 === 0 ? value : `select(0.0, ${value}, ${place} + ${i}u < ${width}u)`;
  });
  return `vec4f(${numbers.join(', ')})`;
}

/**
 * Declares `dot0`, `dot1`, …: for each query its products with positions j … j + 3, summed over
 * the pairs of query rows and position rows.
 */
export function dots(queries: number, pairs: [Rows, Rows][]): string {
  const rows = range(queries);
  return `${rows.map((r) => `var dot${r} = vec4f();`).join('\n')}
    ${pairs
      .map(
        ([ours, theirs]) => `for (var d = 0u; d < ${ours.width}u; d += 4u) {
      ${range(4)
        .map((c) => `let b${c} = ${four(theirs, `(j + ${c}u)`, 'd')};`)
        .join('\n')}
      ${rows
        .map(
          (r) => `let a${r} = ${four(ours, r, 'd')};
      dot${r} += vec4f(dot(a${r}, b0), dot(a${r}, b1), dot(a${r}, b2), dot(a${r}, b3));`,
        )
        .join('\n')}
    }`,
      )
      .join('\n')}`;
}

/** Columns of a row that are summed at once. */
const columns = 16;

/**
 * For each query the sum of rows j < `end`, each multiplied by the number of `factors` at (query,
 * j), put into the rows of `into`; `store` guards queries that are none.
 */
export function mixtures(
  queries: number,
  factors: string,
  at: (query: number, j: string) => string,
  rows: Rows,
  into: Rows,
  store: (query: number, statement: string) => string,
): string {
  return range(rows.width, columns)
    .map((first) => {
      const fours = range(Math.min(columns, rows.width - first), 4).map((c) => first + c);
      const sums = range(queries).flatMap((r) => fours.map((c) => ({ r, c, sum: `s${r}_${c}` })));
      return `{
      ${sums.map(({ sum }) => `var ${sum} = vec4f();`).join('\n')}
      for (var j = 0u; j < end; j++) {
        ${fours.map((c) => `let v${c} = ${four(rows, 'j', `${c}u`)};`).join('\n')}
        ${range(queries)
          .map((r) => `let f${r} = ${factors}[${at(r, 'j')}];`)
          .join('\n')}
        ${sums.map(({ r, c, sum }) => `${sum} += f${r} * v${c};`).join('\n')}
      }
      ${sums
        .map(({ r, c, sum }) =>
          store(
            r,
            range(Math.min(4, rows.width - c))
              .map((i) => `${into.name}[${into.start(r)} + ${c + i}u] = ${sum}[${i}];`)
              .join('\n'),
          ),
        )
        .join('\n')}
    }`;
    })
    .join('\n');
}
