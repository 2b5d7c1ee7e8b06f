/**
 * The four shapes of work over pairs of a token and an expert, in the order of pairs-webgpu.ts, as
 * parts of a GPU command (../parts.ts): products with a row for each pair, products over each
 * expert's pairs, sums over them, sums over each token's.
 */
import type { Part } from '../parts';
import { summed } from '../sums';
import type { PairsLayout } from './pairs-webgpu';
import { accumulators, eachPlace, element, elementType, product, type Tile } from './tiles';

/** `wide`: arrays hold four numbers at a time, since all rows are multiples of four. */
export function pairSums(layout: PairsLayout, wide: boolean) {
  const { tokens, experts, most, order, owners, tileTable, places } = layout;
  const type = elementType(wide);
  const width = wide ? 4 : 1;
  /** Pairs of one expert at most, and of one token where all choose alike. */
  const mostOfOne = Math.min(tokens, most);
  const eachToken = Math.min(experts, Math.ceil(most / tokens));
  const el = (array: string, index: string) => element(wide, array, index);
  const vectors = (part: Part): Part => ({
    ...part,
    vectors: wide
      ? [...Object.keys(part.inputs), ...Object.keys(part.outputs)].filter(
          (name) => !['pairs', 'gates', 'dGates'].includes(name),
        )
      : [],
  });
  const tokenOf = (pair: string) => `u32(pairs[${owners}u + ${pair}])`;
  const gateOf = (pair: string) => `gates[u32(pairs[${order}u + ${pair}])]`;
  const within = (always: boolean, condition: string, statements: string) =>
    `${always ? '' : `if (${condition}) `}{ ${statements} }`;

  /** A product whose rows are pairs: tiles of rows of one expert each. */
  function rowsOfPairs(
    part: Omit<Part, 'code' | 'invocations'>,
    columns: number, // of the result
    tile: { columns: number; wide: boolean },
    row: (pair: string) => string, // where the pair's row begins
    products: Tile[][], // one after another, each tiles side by side
    store: (pair: string, column: string, suffix: string) => string,
  ): Part {
    const across = Math.ceil(columns / tile.columns);
    const rows = Array.from({ length: layout.rows }, (_, r) => r);
    const described = vectors({ ...part, invocations: across * layout.tiles, code: '' });
    return summed(described, {
      before: `let column = (index % ${across}u) * ${tile.columns}u;
        let tile = index / ${across}u;
        let start = pairs[${tileTable}u + 2u * tile];
        let expert = u32(pairs[${tileTable}u + 2u * tile + 1u]);
        let last = u32(pairs[expert + 1u]) - 1u;
        ${rows.map((r) => `let pair${r} = min(u32(start) + ${r}u, last); let row${r} = ${row(`pair${r}`)};`).join('\n')}`,
      when: 'start >= 0',
      sums: accumulators(products[0]),
      type,
      terms: (walk) => products.map((tiles) => product(tiles, walk)).join('\n'),
      after: eachPlace(products[0], (r, at, suffix) =>
        // Beyond the last row that row is computed, and stored, again.
        within(
          columns % tile.columns === 0,
          `${at} < ${columns}u`,
          `let pair = min(u32(start) + ${r}, last); ${store('pair', at, suffix)}`,
        ),
      ),
    });
  }

  /** Gradient of matrices: each expert's product over its pairs, a [pairs, rows]ᵀ b [pairs, columns]. */
  function overPairs(
    part: Omit<Part, 'code' | 'invocations' | 'chain'>,
    [rows, columns]: [number, number],
    tiles: Pick<Tile, 'a' | 'b' | 'before' | 'scale' | 'name'>[],
    store: (row: string, column: string, suffix: string) => string,
  ): Part {
    const tile = { rows: wide ? 8 : 4, columns: wide ? 8 / tiles.length : 4, wide };
    const across = Math.ceil(columns / tile.columns);
    const down = Math.ceil(rows / tile.rows);
    const outer = tiles.map(
      (one): Tile => ({ ...tile, ...one, form: 'outer', from: 'u32(pairs[expert])', to: 'end' }),
    );
    const invocations = across * down * experts;
    return summed(vectors({ ...part, invocations, chain: mostOfOne, code: '' }), {
      before: `let column = (index % ${across}u) * ${tile.columns}u;
        let row0 = ((index / ${across}u) % ${down}u) * ${tile.rows}u;
        let expert = index / ${across * down}u;
        let end = u32(pairs[expert + 1u]);`,
      sums: accumulators(outer),
      type,
      terms: (walk) => product(outer, walk),
      after: eachPlace(outer, (r, at, suffix) =>
        within(
          rows % tile.rows === 0 && columns % tile.columns === 0,
          `row0 + ${r} < ${rows}u && ${at} < ${columns}u`,
          store(`(row0 + ${r})`, at, suffix),
        ),
      ),
    });
  }

  /** Gradient of biases: each expert's sum over its pairs. */
  function sumOverPairs(
    part: Omit<Part, 'code' | 'invocations' | 'chain'>,
    columns: number,
    result: string,
    value: (pair: string, column: string) => string,
  ): Part {
    const invocations = (experts * columns) / width;
    return summed(vectors({ ...part, invocations, chain: mostOfOne, code: '' }), {
      before: `let at = index * ${width}u;
        let expert = at / ${columns}u;
        let column = at % ${columns}u;`,
      sums: ['sum'],
      type,
      terms: (walk) =>
        `${walk('u32(pairs[expert])', 'u32(pairs[expert + 1u])')} { sum += ${value('k', 'column')}; }`,
      after: `${el(result, 'at')} = sum;`,
    });
  }

  /** Each token's sum over its pairs; what is not weighed counts fully. */
  function sumPerToken(
    part: Omit<Part, 'code' | 'invocations' | 'chain'>,
    columns: number,
    [from, to]: [string, string],
    weight: string | undefined,
  ): Part {
    // Where more pairs were chosen than there was room for, no answer would be right.
    const overflow =
      most < tokens * experts
        ? `if (u32(pairs[${experts + 1}u]) > ${most}u) { sum = ${type}(bitcast<f32>(0x7fc00000u | u32(pairs[${experts + 1}u]))); }`
        : '';
    return vectors({
      ...part,
      invocations: (tokens * columns) / width,
      chain: eachToken,
      own: { width, of: [to] },
      code: `fn ${part.name}(index : u32) {
        let at = index * ${width}u;
        if (at >= ${tokens * columns}u) { return; }
        let token = at / ${columns}u;
        let column = at % ${columns}u;
        var sum = ${type}(0);
        for (var j = 0u; j < ${experts}u; j++) {
          let place = pairs[${places}u + token * ${experts}u + j];
          if (place < 0) { break; }
          let pair = u32(place);
          sum += ${weight ? `${weight} * ` : ''}${el(from, `pair * ${columns}u + column`)};
        }
        ${overflow}
        ${el(to, 'at')} = sum;
      }`,
    });
  }

  return {
    type,
    width,
    eachToken,
    el,
    vectors,
    tokenOf,
    gateOf,
    rowsOfPairs,
    overPairs,
    sumOverPairs,
    sumPerToken,
  };
}
