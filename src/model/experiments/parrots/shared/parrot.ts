/** The parrot: it repeats the answer of the most similar question that it has heard. */
import type { Sample } from '../../../types';

/** Ones of the sixteen bits of a number. */
const ones = Uint8Array.from({ length: 1 << 16 }, (_, number) => {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count++;
  return count;
});

/** The two halves of each row as numbers of sixteen bits, one behind the other. */
function halves({ rows, inputs }: Sample): Uint16Array {
  const found = new Uint16Array(2 * rows);
  inputs.forEach((bit, i) => {
    if (bit) found[i >> 4] |= 1 << (i & 15);
  });
  return found;
}

/**
 * Share of the asked rows, strings of 2 · 16 bits, that are answered right with yes or no (1 or 0)
 * as the heard rows that have most ones in common with them; where these disagree, as most of them,
 * and by a coin where they are even, which counts for a half.
 */
export function parrot(heard: Sample, asked: Sample): number {
  const known = halves(heard);
  const questions = halves(asked);
  let right = 0;
  for (let row = 0; row < asked.rows; row++) {
    const [first, second] = [questions[2 * row], questions[2 * row + 1]];
    let most = -1;
    let balance = 0;
    for (let i = 0; i < heard.rows; i++) {
      const common = ones[known[2 * i] & first] + ones[known[2 * i + 1] & second];
      if (common < most) continue;
      if (common > most) {
        most = common;
        balance = 0;
      }
      balance += heard.targets[i] ? 1 : -1;
    }
    const yes = asked.targets[row] ? 1 : -1;
    right += balance === 0 ? 0.5 : balance * yes > 0 ? 1 : 0;
  }
  return right / asked.rows;
}
