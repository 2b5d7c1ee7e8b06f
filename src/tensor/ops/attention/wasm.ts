/**
 * Attention on WASM, one query head of one sequence at a time: its scores, weights and sums stay
 * in the nearest cache. Where queries do not look at later positions, they are taken in blocks,
 * and what no query of a block looks at is left out of its products.
 */
import type * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';
import { type AttentionAttributes, attentionKernel } from './kernel';

export function registerAttention(wasm: Wasm): void {
  registerKernels(wasm, {
    [attentionKernel]: (wasm, inputs, attributes) =>
      attention(wasm, inputs, attributes as unknown as AttentionAttributes),
    [`${attentionKernel}Gradient`]: (wasm, inputs, attributes) =>
      gradient(wasm, inputs, attributes as unknown as AttentionAttributes),
  });
}

/** Queries, or keys, of a block. */
const BLOCK = 16;

/** The matrix [rows, width] of a group, where there are `groups` query heads in all. */
function matrixOf(wasm: Wasm, info: tf.TensorInfo, group: number, groups: number) {
  const [own, rows, width] = info.shape;
  const place = Math.floor((group * own) / groups);
  return {
    at: wasm.at(info) + 4 * place * rows * width,
    apart: width,
    width,
    /** True for the first query head that looks at these. */
    first: group % (groups / own) === 0,
  };
}

/** The same matrix from some row on. */
const from = <M extends { at: number; apart: number }>(matrix: M, row: number): M => ({
  ...matrix,
  at: matrix.at + 4 * row * matrix.apart,
});

/** Channels that scores are products of: by content, and perhaps by position. */
const parts = ({
  query,
  keys,
  rotaryQuery,
  rotaryKey,
}: Infos): [tf.TensorInfo, tf.TensorInfo][] => [
  [query, keys],
  ...(rotaryQuery ? [[rotaryQuery, rotaryKey] as [tf.TensorInfo, tf.TensorInfo]] : []),
];

function attention(wasm: Wasm, inputs: Infos, attributes: AttentionAttributes): tf.TensorInfo[] {
  const { query, values } = inputs;
  const [groups, length] = query.shape;
  const { heads, scale, causal } = attributes;
  const [, positions, width] = values.shape;
  const past = positions - length;
  const seen = wasm.output([(groups / heads) * length, heads * width]);
  const weights = wasm.output([groups, length, positions]);
  for (let group = 0; group < groups; group++) {
    const scores = matrixOf(wasm, weights, group, groups);
    const mixed = headOf(wasm, seen, group, heads, length);
    for (const { start, count, visible } of queryBlocks(length, positions, causal)) {
      const own = from(scores, start);
      parts(inputs).forEach(([queries, keys], part) => {
        const q = from(matrixOf(wasm, queries, group, groups), start);
        const k = { ...matrixOf(wasm, keys, group, groups), turned: true };
        wasm.multiply(count, visible, q.width, q, k, { ...own, adds: part > 0 });
      });
      const first = causal ? past + start + 1 : positions;
      wasm.run.softmaxSeen(count, positions, first, causal ? 1 : 0, scale, own.at);
      const v = matrixOf(wasm, values, group, groups);
      wasm.multiply(count, width, visible, own, v, from(mixed, start));
    }
  }
  return [seen, weights];
}

function gradient(wasm: Wasm, inputs: Infos, attributes: AttentionAttributes): tf.TensorInfo[] {
  const { dy, weights, ...given } = inputs;
  const { query, values } = given;
  const [groups, length] = query.shape;
  const { heads, scale, causal } = attributes;
  const [, positions, width] = values.shape;
  const past = positions - length;
  const results = Object.fromEntries(
    Object.entries(given).map(([name, { shape }]) => [name, wasm.output(shape)]),
  );
  wasm.withRoom([length * positions], (room) => {
    const onScores = { at: room, apart: positions };
    for (let group = 0; group < groups; group++) {
      const own = matrixOf(wasm, weights, group, groups);
      const onMixed = headOf(wasm, dy, group, heads, length);
      for (const { start, count, visible } of queryBlocks(length, positions, causal)) {
        const d = from(onScores, start);
        const v = { ...matrixOf(wasm, values, group, groups), turned: true };
        wasm.multiply(count, visible, width, from(onMixed, start), v, d);
        const first = causal ? past + start + 1 : positions;
        const w = from(own, start).at;
        wasm.run.softmaxSeenGradient(count, positions, first, causal ? 1 : 0, scale, w, d.at);
        parts(given).forEach(([, keys], part) => {
          const [onQueries] = parts(results)[part];
          const target = from(matrixOf(wasm, onQueries, group, groups), start);
          const k = matrixOf(wasm, keys, group, groups);
          wasm.multiply(count, k.width, visible, d, k, target);
        });
      }
      for (const { start, count, seers } of keyBlocks(length, positions, causal)) {
        const rows = length - seers;
        const onKeysOf = (a: { at: number; apart: number }) => ({
          at: from(a, seers).at + 4 * start,
          apart: positions,
          turned: true,
        });
        const onValues = matrixOf(wasm, results.values, group, groups);
        wasm.multiply(count, width, rows, onKeysOf(own), from(onMixed, seers), {
          ...from(onValues, start),
          adds: !onValues.first,
        });
        parts(given).forEach(([queries], part) => {
          const onKeys = matrixOf(wasm, parts(results)[part][1], group, groups);
          const q = from(matrixOf(wasm, queries, group, groups), seers);
          wasm.multiply(count, q.width, rows, onKeysOf(onScores), q, {
            ...from(onKeys, start),
            adds: !onKeys.first,
          });
        });
      }
    }
  });
  return Object.values(results);
}

/** The part of [sequences · length, heads · width] that is one head's of one sequence. */
function headOf(wasm: Wasm, info: tf.TensorInfo, group: number, heads: number, length: number) {
  const channels = info.shape[1];
  const head = group % heads;
  const row = ((group - head) / heads) * length;
  return { at: wasm.at(info) + 4 * (row * channels + (head * channels) / heads), apart: channels };
}

/** Queries `start` …, and how many positions at most one of them looks at. */
function queryBlocks(length: number, positions: number, causal: boolean) {
  if (!causal) return [{ start: 0, count: length, visible: positions }];
  return Array.from({ length: Math.ceil(length / BLOCK) }, (_, i) => {
    const start = i * BLOCK;
    const count = Math.min(BLOCK, length - start);
    return { start, count, visible: positions - length + start + count };
  });
}

/** Keys `start` …, and the first query that looks at one of them. */
function keyBlocks(length: number, positions: number, causal: boolean) {
  if (!causal) return [{ start: 0, count: positions, seers: 0 }];
  return Array.from({ length: Math.ceil(positions / BLOCK) }, (_, i) => {
    const start = i * BLOCK;
    const count = Math.min(BLOCK, positions - start);
    return { start, count, seers: Math.max(0, start - (positions - length)) };
  });
}
