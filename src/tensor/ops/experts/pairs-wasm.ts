/** Chosen pairs of token and expert, in order of their experts, as kernels on WASM use them. */
import type * as tf from '../../core';
import type { Wasm } from '../on-wasm';

export interface Pairs {
  /** token · experts + expert of each pair. */
  pairs: Int32Array;
  /** [experts + 1]: where each expert's pairs begin, and their number. */
  starts: Int32Array;
  /** Each pair's token. */
  tokens: Int32Array;
  /** Each pair's gate. */
  factors: Float32Array;
}

/** The pairs whose gates [tokens, experts] are not 0; of one expert in order of the tokens. */
export function chosenPairs(wasm: Wasm, gates: tf.TensorInfo): Pairs {
  const [tokens, experts] = gates.shape;
  const starts = wasm.withRoom([experts + 1], (room) => {
    wasm.run.countChosen(tokens, experts, wasm.at(gates), room);
    return wasm.integers(room, experts + 1).slice();
  });
  const count = starts[experts];
  const pairs = wasm.withRoom([experts + 1, count], (next, list) => {
    wasm.integers(next, experts + 1).set(starts);
    wasm.run.listChosen(tokens, experts, wasm.at(gates), next, list);
    return wasm.integers(list, count).slice();
  });
  return { pairs, starts, ...ofPairs(pairs, experts, wasm.numbers(gates)) };
}

/** The same from pairs that were kept. */
export function keptPairs(wasm: Wasm, kept: tf.TensorInfo, gates: tf.TensorInfo): Pairs {
  const experts = gates.shape[1];
  const pairs = wasm.integers(wasm.at(kept), kept.shape[0]).slice();
  const starts = new Int32Array(experts + 1);
  for (const pair of pairs) starts[(pair % experts) + 1]++;
  for (let expert = 0; expert < experts; expert++) starts[expert + 1] += starts[expert];
  return { pairs, starts, ...ofPairs(pairs, experts, wasm.numbers(gates)) };
}

function ofPairs(pairs: Int32Array, experts: number, gates: Float32Array) {
  const tokens = new Int32Array(pairs.length);
  const factors = new Float32Array(pairs.length);
  for (let i = 0; i < pairs.length; i++) {
    tokens[i] = pairs[i] / experts;
    factors[i] = gates[pairs[i]];
  }
  return { tokens, factors };
}
