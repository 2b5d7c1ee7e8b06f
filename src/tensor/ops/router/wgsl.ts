/** WGSL of rows of numbers in registers, and of the choice of their largest. */

/** Below any score, biased or barred, yet finite: WGSL may assume that infinities never occur. */
export const TAKEN = '-3.4e38';

/** WGSL for a row of numbers, taken four at a time where it is a multiple of four long. */
export function rowOf(columns: number) {
  const wide = columns % 4 === 0;
  const type = wide ? 'vec4f' : 'f32';
  const length = wide ? columns / 4 : columns;
  return {
    wide,
    columns,
    type,
    /** A function's own copy. */
    array: `array<${type}, ${length}>`,
    /** Where row number `index` begins. */
    first: `index * ${length}u`,
    each: (body: string) => `for (var e = 0u; e < ${length}u; e++) { ${body} }`,
    sum: (x: string) => (wide ? `dot(${x}, vec4f(1))` : x),
    largest: (x: string) => (wide ? `max(max(${x}.x, ${x}.y), max(${x}.z, ${x}.w))` : x),
  };
}

export type Row = ReturnType<typeof rowOf>;

/**
 * WGSL that turns the k largest of a row `keys` into `TAKEN`. What compares as nothing (NaN) comes
 * last, in order of index.
 */
export function take(k: number, { wide, columns, type, each }: Row): string {
  const lanes = wide ? [0, 1, 2, 3] : [0];
  const lane = (x: string, i: number) => (wide ? `${x}[${i}]` : x);
  const key = (i: string) => (wide ? `keys[${i} / 4u][${i} % 4u]` : `keys[${i}]`);
  const index = wide ? 'vec4u' : 'u32';
  return `for (var round = 0u; round < ${k}u; round++) {
    var largest = ${type}(${TAKEN});
    var at = ${index}(${columns}u);
    ${each(`let more = keys[e] > largest;
      largest = select(largest, keys[e], more);
      at = select(at, ${wide ? 'vec4u(0, 1, 2, 3) + 4u * e' : 'e'}, more);`)}
    var best = ${columns}u;
    var bar = ${TAKEN};
    ${lanes
      .map((i) => [lane('largest', i), lane('at', i)])
      .map(
        ([value, place]) =>
          `if (${value} > bar || (${value} == bar && ${place} < best)) { best = ${place}; bar = ${value}; }`,
      )
      .join('\n')}
    if (best == ${columns}u) {
      for (best = 0u; best < ${columns - 1}u && ${key('best')} == ${TAKEN}; best++) {}
    }
    ${key('best')} = ${TAKEN};
  }`;
}

/** WGSL of whether `take` took entry `e`, and of the mask's entry for it. */
export const taken = ({ type }: Row) => `keys[e] == ${type}(${TAKEN})`;
export const masked = (row: Row) => `select(${row.type}(0), ${row.type}(1), ${taken(row)})`;
