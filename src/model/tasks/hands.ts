/**
 * Do two hands share a card? From each of two equal packs a hand of so many cards; half of all pairs
 * share no card, the others exactly one. So neither how many cards there are nor one hand alone nor
 * any weighing of single cards says anything about the answer: the hands must be compared, card by
 * card. jelassi2024, theorem 3.2, asks the same of sets.
 */
import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { below, checkRows, partOf, resolve, shuffled } from './rules/options';

const options = {
  cards: { kind: 'number', label: 'cards of a pack', min: 8, max: 32, default: 16, integer: true },
  hand: { kind: 'number', label: 'cards of a hand', min: 2, max: 16, default: 5, integer: true },
} as const;

/** One pair of hands in this many is held back, whichever hand comes first. */
const HELD_BACK = 4;

function checked(given?: TaskOptions) {
  const chosen = resolve(options, given);
  const { cards, hand } = chosen;
  if (2 * hand > cards)
    throw new Error(
      `Two hands of ${hand} without a common card need ${2 * hand} cards; there are ${cards}.`,
    );
  return chosen;
}

/** Two strings of `cards` bits, one behind the other → 1 if they share a card, else 0. */
export default {
  name: 'hands',
  label: 'Do the hands share a card?',
  source: 'jelassi2024',
  kind: 'classes',
  options,
  unseen: 'one pair of hands in four, in either order',

  shape(given) {
    const { cards } = checked(given);
    return { inputs: 2 * cards, outputs: 2 };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { cards, hand } = checked(given);
    const next = uniforms(seed, `hands.${part}`);
    const pack = Array.from({ length: cards }, (_, card) => card);
    const code = (held: number[]) => held.reduce((sum, card) => sum + 2 ** card, 0);
    const inputs = new Float32Array(rows * 2 * cards);
    const targets = new Int32Array(rows);
    for (let row = 0; row < rows; ) {
      const shared = next() < 0.5 ? 1 : 0;
      const order = shuffled(pack, next);
      const first = order.slice(0, hand);
      // A card of the first hand, or none; the others from what is left of the pack.
      const common = shared ? [first[below(next, hand)]] : [];
      const second = [...common, ...order.slice(hand, 2 * hand - shared)];
      const pair = [code(first), code(second)].sort((a, b) => a - b);
      if (partOf(pair, HELD_BACK) !== part) continue;
      for (const card of first) inputs[row * 2 * cards + card] = 1;
      for (const card of second) inputs[row * 2 * cards + cards + card] = 1;
      targets[row] = shared;
      row++;
    }
    return { rows, inputs, targets };
  },
} satisfies Task as Task;
