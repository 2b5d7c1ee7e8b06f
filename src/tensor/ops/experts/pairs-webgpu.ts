/**
 * The chosen pairs of token and expert, sorted by expert and, within an expert, by token: what
 * lets each expert's rows go through its matrices together. The order, and with it every sum, is
 * the same each time.
 */

import type * as tf from '../../core';
import type { WebGPUBackend } from '../../internals';
import { eachOf, groupsOf64 } from '../on-webgpu';
import { runProgram } from '../program';
import { variantOf } from '../variant';

/** Where things lie in the one int32 vector of pairs, and how large they are. */
export interface PairsLayout {
  tokens: number;
  experts: number;
  /** Pairs there is room for (P). */
  most: number;
  /** Rows that are computed together; a tile belongs to one expert. */
  rows: number;
  /** Tiles there may be at most. */
  tiles: number;
  /** Expert e's pairs are from number [e] up to [e + 1]; [experts + 1] is how many were chosen. */
  offsets: 0;
  /** For each tile its first pair, or −1 if there is no such tile, and its expert. */
  tileTable: number;
  /** For each pair token · experts + expert, which is also where its gate lies. */
  order: number;
  /** For each pair its token: a division less for each row of each product. */
  owners: number;
  /** [tokens, experts]: each token's pairs, expert by expert, then −1. */
  places: number;
  /** [experts, words]: a bit for each token; used while sorting. */
  marks: number;
  /** [experts, words]: the expert's pairs before those of the word; used while sorting. */
  ranks: number;
  /** Words of 32 tokens. */
  words: number;
  size: number;
}

export function pairsLayout(
  [tokens, experts]: number[],
  mostPairs: number,
  rows: number,
): PairsLayout {
  const most = Math.min(mostPairs, tokens * experts);
  const tiles = Math.min(most, Math.ceil(most / rows) + Math.min(experts, most));
  const tileTable = experts + 2;
  const order = tileTable + 2 * tiles;
  const owners = order + most;
  const places = owners + most;
  const words = Math.ceil(tokens / 32);
  const marks = places + tokens * experts;
  const ranks = marks + experts * words;
  const size = ranks + experts * words;
  return {
    ...{ tokens, experts, most, rows, tiles, offsets: 0, tileTable, order, owners, places },
    ...{ marks, ranks, words, size },
  };
}

const threads = 256;

/** gates [tokens, experts] → pairs, int32 [layout.size]: those whose gate is not 0. */
export function sortPairs(
  backend: WebGPUBackend,
  gates: tf.TensorInfo,
  layout: PairsLayout,
): tf.TensorInfo {
  const { tokens, experts, words } = layout;
  const chain = Math.max(
    32 * Math.ceil((experts * words) / threads),
    words,
    experts * Math.ceil(tokens / threads),
  );
  return variantOf(backend) === 'split' && chain > 64
    ? byManyGroups(backend, gates, layout)
    : byOneGroup(backend, gates, layout, chain);
}

const constantsOf = (layout: PairsLayout) => ({
  TOKENS: layout.tokens,
  EXPERTS: layout.experts,
  MOST: layout.most,
  ROWS: layout.rows,
  TILES: layout.tiles,
  WORDS: layout.words,
  TILE_TABLE: layout.tileTable,
  ORDER: layout.order,
  OWNERS: layout.owners,
  PLACES: layout.places,
  MARKS: layout.marks,
  RANKS: layout.ranks,
});

/** WGSL that reads the gates of one expert and 32 tokens, and leaves a bit for each in `bits`. */
const readBits = `let first = word * 32u;
  var bits = 0u;
  for (var t = 0u; t < min(32u, TOKENS - first); t++) {
    bits |= select(0u, 1u << t, gates[(first + t) * EXPERTS + expert] != 0.0);
  }`;

const startsOf = (experts: number) => `
  var<workgroup> starts : array<u32, ${experts + 1}>; // counts, then first places
  var<workgroup> tileStarts : array<u32, ${experts + 1}>;`;

/** WGSL of one thread that turns the experts' counts `countOf` into where they start. */
const addUp = (countOf: string, write: string) => `
  var total = 0u;
  var tile = 0u;
  for (var e = 0u; e < EXPERTS; e++) {
    let start = total;
    total += ${countOf};
    starts[e] = start;
    tileStarts[e] = tile;
    ${write} { pairs[e] = i32(min(start, MOST)); }
    tile += (min(total, MOST) - min(start, MOST) + ROWS - 1u) / ROWS;
  }
  starts[EXPERTS] = total;
  tileStarts[EXPERTS] = tile;
  ${write} {
    pairs[EXPERTS] = i32(min(total, MOST));
    pairs[EXPERTS + 1u] = i32(total);
  }`;

/** WGSL of row `i` of the table of tiles. */
const tileRow = `
  // The expert whose tiles include this one: the last that starts no later.
  var low = 0u;
  var high = EXPERTS;
  while (low + 1u < high) {
    let middle = (low + high) / 2u;
    if (tileStarts[middle] <= i) { low = middle; } else { high = middle; }
  }
  let there = i < tileStarts[EXPERTS];
  let pair = min(starts[low], MOST) + (i - tileStarts[low]) * ROWS;
  pairs[TILE_TABLE + 2u * i] = select(-1, i32(pair), there);
  pairs[TILE_TABLE + 2u * i + 1u] = i32(low);`;

/** WGSL of token `t`: its marks with expert e, and the expert's pairs before those of the word. */
const tokenPairs = (marks: string, rank: string) => `
  let row = t * EXPERTS;
  var count = 0u;
  for (var e = 0u; e < EXPERTS; e++) {
    let bits = bitcast<u32>(${marks});
    let bit = 1u << (t % 32u);
    if ((bits & bit) == 0u) { continue; }
    let pair = starts[e] + ${rank} + countOneBits(bits & (bit - 1u));
    if (pair >= MOST) { break; }
    pairs[ORDER + pair] = i32(row + e);
    pairs[OWNERS + pair] = i32(t);
    pairs[PLACES + row + count] = i32(pair);
    count++;
  }
  if (count < EXPERTS) { pairs[PLACES + row + count] = -1; }`;

function byOneGroup(
  backend: WebGPUBackend,
  gates: tf.TensorInfo,
  layout: PairsLayout,
  chain: number,
): tf.TensorInfo {
  const [pairs] = runProgram(backend, {
    name: 'pairs',
    inputs: { gates },
    outputs: { pairs: { shape: [layout.size], dtype: 'int32' } },
    constants: constantsOf(layout),
    code: `${startsOf(layout.experts)}
    @compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) own : u32) {
      // Every gate is read once, and leaves one bit.
      for (var i = own; i < EXPERTS * WORDS; i += ${threads}u) {
        let expert = i % EXPERTS;
        let word = i / EXPERTS;
        ${readBits}
        pairs[MARKS + expert * WORDS + word] = bitcast<i32>(bits);
      }
      storageBarrier();
      for (var e = own; e < EXPERTS; e += ${threads}u) {
        var count = 0u;
        for (var i = e * WORDS; i < (e + 1u) * WORDS; i++) {
          pairs[RANKS + i] = i32(count);
          count += countOneBits(bitcast<u32>(pairs[MARKS + i]));
        }
        starts[e] = count;
      }
      workgroupBarrier();
      if (own == 0u) { ${addUp('starts[e]', '')} }
      workgroupBarrier();
      storageBarrier();
      for (var i = own; i < TILES; i += ${threads}u) { ${tileRow} }
      for (var t = own; t < TOKENS; t += ${threads}u) {
        ${tokenPairs('pairs[MARKS + e * WORDS + t / 32u]', 'u32(pairs[RANKS + e * WORDS + t / 32u])')}
      }
    }`,
    chain,
    groups: [1],
  });
  return pairs;
}

/**
 * The same in two commands of many workgroups: the bits first; then each word of 32 tokens has a
 * workgroup of its own, which counts all bits for itself. Whole numbers may be added in any order.
 */
function byManyGroups(
  backend: WebGPUBackend,
  gates: tf.TensorInfo,
  layout: PairsLayout,
): tf.TensorInfo {
  const { experts, words } = layout;
  const constants = constantsOf(layout);
  const [marks] = runProgram(backend, {
    name: 'marks of pairs',
    inputs: { gates },
    outputs: { marks: { shape: [words, experts], dtype: 'int32' } },
    constants,
    code: eachOf(
      words * experts,
      `let expert = index % EXPERTS;
      let word = index / EXPERTS;
      ${readBits}
      marks[index] = bitcast<i32>(bits);`,
    ),
    chain: 32,
    groups: groupsOf64(words * experts),
  });
  const [pairs] = runProgram(backend, {
    name: 'pairs by words',
    inputs: { marks },
    outputs: { pairs: { shape: [layout.size], dtype: 'int32' } },
    constants,
    code: `${startsOf(experts)}
    var<workgroup> counts : array<atomic<u32>, ${experts}>;
    var<workgroup> befores : array<atomic<u32>, ${experts}>; // in words before the workgroup's
    @compute @workgroup_size(${threads})
    fn main(@builtin(workgroup_id) at : vec3u, @builtin(local_invocation_index) own : u32) {
      let group = at.x;
      for (var i = own; i < EXPERTS * WORDS; i += ${threads}u) {
        let bits = countOneBits(bitcast<u32>(marks[i]));
        atomicAdd(&counts[i % EXPERTS], bits);
        if (i / EXPERTS < group) { atomicAdd(&befores[i % EXPERTS], bits); }
      }
      workgroupBarrier();
      if (own == 0u) { ${addUp('atomicLoad(&counts[e])', 'if (group == 0u)')} }
      workgroupBarrier();
      for (var i = group * ${threads}u + own; i < TILES; i += ${words * threads}u) { ${tileRow} }
      let t = group * 32u + own;
      if (own < 32u && t < TOKENS) {
        ${tokenPairs('marks[group * EXPERTS + e]', 'atomicLoad(&befores[e])')}
      }
    }`,
    chain: Math.max(experts, Math.ceil((experts * words) / threads)),
    groups: [words],
  });
  backend.disposeData(marks.dataId);
  return pairs;
}
