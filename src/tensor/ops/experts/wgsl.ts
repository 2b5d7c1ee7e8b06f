/**
 * WGSL of the grouped experts: each part of the work as a piece that may share a GPU command with
 * others (../parts.ts). Rows are pairs in the order of pairs-webgpu.ts; `inner` [pairs, hidden] holds the
 * hidden layer after the ReLU, or [pairs, 3 · hidden] both products and the hidden layer of SwiGLU.
 */
import type { Infos } from '../on-webgpu';
import type { Part } from '../parts';
import { summed } from '../sums';
import type { ExpertsKind } from './kernel';
import { pairSums } from './pair-sums';
import type { PairsLayout } from './pairs-webgpu';
import type { Tile } from './tiles';

export interface Sizes {
  kind: ExpertsKind;
  layout: PairsLayout;
  dim: number;
  hidden: number;
  out: number;
}

/** The parts of one layer, given its sizes. Names of tensors as in kernel.ts. */
export function expertsParts({ kind, layout, dim, hidden, out }: Sizes) {
  const { tokens, experts, most, order, places } = layout;
  const gated = kind === 'Swiglu';
  // Four numbers at a time, where every row of every matrix is a multiple of four.
  const wide = [dim, hidden, out].every((size) => size % 4 === 0);
  const { type, width, eachToken, el, vectors, tokenOf, gateOf, ...over } = pairSums(layout, wide);
  const { rowsOfPairs, overPairs, sumOverPairs, sumPerToken } = over;
  const innerStride = gated ? 3 * hidden : hidden;
  const backStride = gated ? 2 * hidden : hidden;
  const all = experts * hidden; // columns of w1
  const shape = { wide, columns: wide ? 8 : 4 };
  const w1 = (k: string, n: string) => `${k} * ${all}u + expert * ${hidden}u + ${n}`;
  const w2 = (k: string, n: string) => `(expert * ${hidden}u + ${k}) * ${out}u + ${n}`;

  return {
    /** x → inner. */
    up({ x, w1: first, w3, b1, pairs }: Infos): Part {
      const tile = { ...shape, columns: gated && wide ? 4 : shape.columns, rows: layout.rows };
      const common = { ...tile, form: 'rows', to: `${dim}u` } as const;
      const a = { array: 'x', at: (row: string, k: string) => `${row} + ${k}` };
      const tiles: Tile[] = [{ ...common, a, b: { array: 'w1', at: w1 } }];
      if (gated) tiles.push({ ...common, a, b: { array: 'w3', at: w1 }, name: 'd' });
      return rowsOfPairs(
        {
          name: 'up',
          chain: dim,
          inputs: gated ? { x, w1: first, w3, pairs } : { x, w1: first, b1, pairs },
          outputs: { inner: { shape: [most, innerStride] } },
        },
        hidden,
        tile,
        (pair) => `${tokenOf(pair)} * ${dim}u`,
        [tiles],
        (pair, n, at) => {
          const place = `${pair} * ${innerStride}u + ${n}`;
          if (!gated)
            return `${el('inner', place)} = max(c${at} + ${el('b1', `expert * ${hidden}u + ${n}`)}, ${type}(0));`;
          return `${el('inner', place)} = c${at};
            ${el('inner', `${place} + ${hidden}u`)} = d${at};
            ${el('inner', `${place} + ${2 * hidden}u`)} = c${at} / (1.0 + exp(-c${at})) * d${at};`;
        },
      );
    },

    /** inner → answers. */
    down({ inner, w2: second, b2, pairs }: Infos): Part {
      const tile = { ...shape, rows: layout.rows };
      return rowsOfPairs(
        {
          name: 'down',
          chain: hidden,
          inputs: gated ? { inner, w2: second, pairs } : { inner, w2: second, b2, pairs },
          outputs: { answers: { shape: [most, out] } },
        },
        out,
        tile,
        (pair) => `${pair} * ${innerStride}u + ${innerStride - hidden}u`,
        [
          [
            {
              ...tile,
              form: 'rows',
              to: `${hidden}u`,
              a: { array: 'inner', at: (row, k) => `${row} + ${k}` },
              b: { array: 'w2', at: w2 },
            },
          ],
        ],
        (pair, n, at) =>
          `${el('answers', `${pair} * ${out}u + ${n}`)} = c${at}${gated ? '' : ` + ${el('b2', `expert * ${out}u + ${n}`)}`};`,
      );
    },

    /** answers → y. */
    combine: ({ answers, gates, pairs }: Infos): Part =>
      sumPerToken(
        {
          name: 'combine',
          inputs: { answers, gates, pairs },
          outputs: { y: { shape: [tokens, out] } },
        },
        out,
        ['answers', 'y'],
        gateOf('pair'),
      ),

    /** dy → dInner: through the second matrices and the nonlinearity. */
    downBack({ dy, w2: second, inner, gates, pairs }: Infos): Part {
      const tile = { ...shape, rows: layout.rows };
      return rowsOfPairs(
        {
          name: 'downBack',
          chain: out,
          inputs: { dy, w2: second, inner, gates, pairs },
          outputs: { dInner: { shape: [most, backStride] } },
        },
        hidden,
        tile,
        (pair) => `${tokenOf(pair)} * ${out}u`,
        [
          [
            {
              ...tile,
              form: 'dots',
              to: `${out}u`,
              a: { array: 'dy', at: (row, k) => `${row} + ${k}` },
              b: { array: 'w2', at: w2 },
            },
          ],
        ],
        (pair, n, at) => {
          const back = `${pair} * ${backStride}u + ${n}`;
          const kept = `${pair} * ${innerStride}u + ${n}`;
          const weighed = `c${at} * ${gateOf(pair)}`;
          if (!gated)
            return `${el('dInner', back)} = select(${type}(0), ${weighed}, ${el('inner', kept)} > ${type}(0));`;
          return `let a = ${el('inner', kept)};
            let s = 1.0 / (1.0 + exp(-a));
            let d = ${weighed};
            ${el('dInner', back)} = d * ${el('inner', `${kept} + ${hidden}u`)} * s * (1.0 + a * (1.0 - s));
            ${el('dInner', `${back} + ${hidden}u`)} = d * a * s;`;
        },
      );
    },

    /** dy → dGates: what each chosen expert's answer would have changed. */
    gatesBack: ({ dy, answers, pairs }: Infos): Part =>
      vectors({
        name: 'gatesBack',
        inputs: { dy, answers, pairs },
        outputs: { dGates: { shape: [tokens, experts] } },
        invocations: tokens,
        chain: Math.max(experts, eachToken * out),
        code: `fn gatesBack(token : u32) {
          if (token >= ${tokens}u) { return; }
          let row = token * ${experts}u;
          for (var e = 0u; e < ${experts}u; e++) { dGates[row + e] = 0.0; }
          for (var j = 0u; j < ${experts}u; j++) {
            let place = pairs[${places}u + row + j];
            if (place < 0) { break; }
            var sum = ${type}(0);
            for (var n = 0u; n < ${out}u; n += ${width}u) {
              sum += ${el('dy', `token * ${out}u + n`)} * ${el('answers', `u32(place) * ${out}u + n`)};
            }
            dGates[u32(pairs[${order}u + u32(place)])] = ${wide ? 'dot(sum, vec4f(1))' : 'sum'};
          }
        }`,
      }),

    /** The same with an invocation, or several, for each token and expert. */
    gatesBackApart: ({ dy, answers, pairs }: Infos): Part =>
      summed(
        vectors({
          name: 'gatesBack',
          inputs: { dy, answers, pairs },
          outputs: { dGates: { shape: [tokens, experts] } },
          invocations: tokens * experts,
          chain: out + eachToken,
          code: '',
        }),
        {
          before: `let token = index / ${experts}u;
            var place = -1;
            for (var j = 0u; j < ${experts}u; j++) {
              let found = pairs[${places}u + token * ${experts}u + j];
              if (found < 0) { break; }
              if (u32(pairs[${order}u + u32(found)]) == index) { place = found; }
            }
            let end = select(0u, ${out}u, place >= 0);`,
          sums: ['sum'],
          type,
          terms: (walk) =>
            `${walk('0u', 'end', width)} { sum += ${el('dy', `token * ${out}u + k`)} * ${el('answers', `u32(place) * ${out}u + k`)}; }`,
          after: `dGates[index] = ${wide ? 'dot(sum, vec4f(1))' : 'sum'};`,
        },
      ),

    /** x, dInner → gradients of the first matrices, and of their biases. */
    upWeights({ x, dInner, pairs }: Infos): Part[] {
      const a = { array: 'x', at: (_: string, m: string) => `token * ${dim}u + ${m}` };
      const column = (offset: number) => ({
        array: 'dInner',
        at: (k: string, n: string) => `${k} * ${backStride}u + ${offset}u + ${n}`,
      });
      const before = `let token = ${tokenOf('k')};`;
      const place = (m: string, n: string) => `${m} * ${all}u + expert * ${hidden}u + ${n}`;
      const outputs: Part['outputs'] = { dW1: { shape: [dim, all] } };
      const tiles: Pick<Tile, 'a' | 'b' | 'before' | 'name'>[] = [{ a, b: column(0), before }];
      if (gated) {
        outputs.dW3 = { shape: [dim, all] };
        tiles.push({ a, b: column(hidden), name: 'd' });
      }
      const weights = overPairs(
        { name: 'upWeights', inputs: { x, dInner, pairs }, outputs },
        [dim, hidden],
        tiles,
        (m, n, at) =>
          `${el('dW1', place(m, n))} = c${at};${gated ? `${el('dW3', place(m, n))} = d${at};` : ''}`,
      );
      if (gated) return [weights];
      const biases = sumOverPairs(
        { name: 'upBiases', inputs: { dInner, pairs }, outputs: { dB1: { shape: [all] } } },
        hidden,
        'dB1',
        (k, n) => el('dInner', `${k} * ${hidden}u + ${n}`),
      );
      return [weights, biases];
    },

    /** inner, dy → gradients of the second matrices, and of their biases. */
    downWeights({ inner, dy, gates, pairs }: Infos): Part[] {
      const weights = overPairs(
        {
          name: 'downWeights',
          inputs: { inner, dy, gates, pairs },
          outputs: { dW2: { shape: [all, out] } },
        },
        [hidden, out],
        [
          {
            a: {
              array: 'inner',
              at: (k, m) => `${k} * ${innerStride}u + ${innerStride - hidden}u + ${m}`,
            },
            b: { array: 'dy', at: (_, n) => `token * ${out}u + ${n}` },
            before: `let token = ${tokenOf('k')};`,
            scale: gateOf('k'),
          },
        ],
        (m, n, at) => `${el('dW2', `(expert * ${hidden}u + ${m}) * ${out}u + ${n}`)} = c${at};`,
      );
      if (gated) return [weights];
      const biases = sumOverPairs(
        {
          name: 'downBiases',
          inputs: { dy, gates, pairs },
          outputs: { dB2: { shape: [experts, out] } },
        },
        out,
        'dB2',
        (k, n) => `${gateOf(k)} * ${el('dy', `${tokenOf(k)} * ${out}u + ${n}`)}`,
      );
      return [weights, biases];
    },

    /** dInner → dPairs: what each pair adds to its token's gradient. */
    upBack({ dInner, w1: first, w3, pairs }: Infos): Part {
      const tile = { ...shape, rows: layout.rows };
      const through = (array: string, offset: number): Tile => ({
        ...tile,
        form: 'dots',
        to: `${hidden}u`,
        a: { array: 'dInner', at: (row, k) => `${row} + ${offset}u + ${k}` },
        b: { array, at: (n, k) => w1(n, k) },
      });
      return rowsOfPairs(
        {
          name: 'upBack',
          chain: backStride,
          inputs: gated ? { dInner, w1: first, w3, pairs } : { dInner, w1: first, pairs },
          outputs: { dPairs: { shape: [most, dim] } },
        },
        dim,
        tile,
        (pair) => `${pair} * ${backStride}u`,
        gated ? [[through('w1', 0)], [through('w3', hidden)]] : [[through('w1', 0)]],
        (pair, n, at) => `${el('dPairs', `${pair} * ${dim}u + ${n}`)} = c${at};`,
      );
    },

    /** dPairs → dx. */
    gather: ({ dPairs, pairs }: Infos): Part =>
      sumPerToken(
        { name: 'gather', inputs: { dPairs, pairs }, outputs: { dx: { shape: [tokens, dim] } } },
        dim,
        ['dPairs', 'dx'],
        undefined,
      ),
  };
}
