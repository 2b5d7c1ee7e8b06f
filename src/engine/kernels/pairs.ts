/**
 * The chosen pairs of token and expert, sorted by expert and, within an expert, by token: what
 * lets each expert's rows go through its matrices together. Made by one workgroup without atomics,
 * so that the order, and with it every sum, is the same each time.
 */
import type * as tf from '../../model/tf';
import type { WebGPUBackend } from '../internals';
import { runProgram } from './program';

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
  const size = places + tokens * experts;
  return { tokens, experts, most, rows, tiles, offsets: 0, tileTable, order, owners, places, size };
}

const threads = 256;

/** gates [tokens, experts] → pairs, int32 [layout.size]: those whose gate is not 0. */
export function sortPairs(
  backend: WebGPUBackend,
  gates: tf.TensorInfo,
  layout: PairsLayout,
): tf.TensorInfo {
  const { tokens, experts, most, rows, tiles, tileTable, order, owners, places, size } = layout;
  // Few experts: several threads share one, each with a stretch of the tokens.
  const stretches = Math.max(1, Math.floor(threads / experts));
  const [pairs] = runProgram(backend, {
    name: 'pairs',
    inputs: { gates },
    outputs: { pairs: { shape: [size], dtype: 'int32' } },
    constants: {
      TOKENS: tokens,
      EXPERTS: experts,
      MOST: most,
      ROWS: rows,
      TILES: tiles,
      TILE_TABLE: tileTable,
      ORDER: order,
      OWNERS: owners,
      PLACES: places,
      STRETCHES: stretches,
      LENGTH: Math.ceil(tokens / stretches),
    },
    code: `
    var<workgroup> first : array<u32, ${experts * stretches}>; // counts, then first places
    var<workgroup> starts : array<u32, ${experts + 1}>;
    var<workgroup> tileStarts : array<u32, ${experts + 1}>;
    @compute @workgroup_size(${threads}) fn main(@builtin(local_invocation_index) own : u32) {
      for (var i = own; i < EXPERTS * STRETCHES; i += ${threads}u) {
        let expert = i % EXPERTS;
        let begin = (i / EXPERTS) * LENGTH;
        let end = min(begin + LENGTH, TOKENS);
        var count = 0u;
        for (var t = begin; t < end; t++) { count += select(0u, 1u, gates[t * EXPERTS + expert] != 0.0); }
        first[expert * STRETCHES + i / EXPERTS] = count;
      }
      workgroupBarrier();
      if (own == 0u) {
        var total = 0u;
        var tile = 0u;
        for (var e = 0u; e < EXPERTS; e++) {
          let start = min(total, MOST);
          starts[e] = start;
          tileStarts[e] = tile;
          pairs[e] = i32(start);
          for (var s = 0u; s < STRETCHES; s++) {
            let count = first[e * STRETCHES + s];
            first[e * STRETCHES + s] = total;
            total += count;
          }
          tile += (min(total, MOST) - start + ROWS - 1u) / ROWS;
        }
        starts[EXPERTS] = min(total, MOST);
        tileStarts[EXPERTS] = tile;
        pairs[EXPERTS] = i32(min(total, MOST));
        pairs[EXPERTS + 1u] = i32(total);
      }
      workgroupBarrier();
      for (var i = own; i < TILES; i += ${threads}u) {
        // The expert whose tiles include this one: the last that starts no later.
        var low = 0u;
        var high = EXPERTS;
        while (low + 1u < high) {
          let middle = (low + high) / 2u;
          if (tileStarts[middle] <= i) { low = middle; } else { high = middle; }
        }
        let there = i < tileStarts[EXPERTS];
        pairs[TILE_TABLE + 2u * i] = select(-1, i32(starts[low] + (i - tileStarts[low]) * ROWS), there);
        pairs[TILE_TABLE + 2u * i + 1u] = i32(low);
      }
      for (var i = own; i < EXPERTS * STRETCHES; i += ${threads}u) {
        let expert = i % EXPERTS;
        let begin = (i / EXPERTS) * LENGTH;
        let end = min(begin + LENGTH, TOKENS);
        var place = first[expert * STRETCHES + i / EXPERTS];
        for (var t = begin; t < end; t++) {
          let pair = t * EXPERTS + expert;
          let chosen = gates[pair] != 0.0 && place < MOST;
          pairs[PLACES + pair] = select(-1, i32(place), chosen);
          if (chosen) {
            pairs[ORDER + place] = i32(pair);
            pairs[OWNERS + place] = i32(t);
            place++;
          }
        }
      }
      storageBarrier();
      for (var t = own; t < TOKENS; t += ${threads}u) {
        let row = PLACES + t * EXPERTS;
        var count = 0u;
        for (var e = 0u; e < EXPERTS; e++) {
          let place = pairs[row + e];
          if (place >= 0) {
            pairs[row + count] = place;
            count++;
          }
        }
        if (count < EXPERTS) { pairs[row + count] = -1; }
      }
    }`,
    groups: [1],
  });
  return pairs;
}
