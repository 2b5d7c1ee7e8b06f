/** What the load looks like when nobody prefers anybody: the floor that a balancer can reach. */
import { uniforms } from '../../tensor/random';

export interface Draw {
  /** Tokens of a batch. */
  tokens: number;
  experts: number;
  /** Experts of a token: different ones, all sets equally likely. */
  topK: number;
}

/** Batches that are drawn: the mean is then good to about 0.003 at 128 tokens, 2 of 8. */
const batches = 1000;

const known = new Map<string, number>();

/**
 * Mean MaxVio of a batch whose tokens choose at random. By drawing, since the largest of several
 * counts has no short formula where a token has more than one expert; equal arguments give equal
 * numbers. Throws if topK is not from 1 to the experts.
 */
export function chanceMaxVio({ tokens, experts, topK }: Draw): number {
  if (!(Number.isInteger(topK) && topK >= 1 && topK <= experts))
    throw new Error(
      `A token chooses topK of ${experts} experts: from 1 to ${experts}, not ${topK}.`,
    );
  const key = `${tokens} ${experts} ${topK}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const next = uniforms(1, 'chance');
  let sum = 0;
  for (let batch = 0; batch < batches; batch++)
    sum += (Math.max(...countsOf({ tokens, experts, topK }, next)) * experts) / (tokens * topK) - 1;
  known.set(key, sum / batches);
  return sum / batches;
}

/** Tokens of each expert in one batch. */
function countsOf({ tokens, experts, topK }: Draw, next: () => number): number[] {
  const counts = Array<number>(experts).fill(0);
  const order = Array.from(counts, (_, expert) => expert);
  for (let token = 0; token < tokens; token++)
    for (let choice = 0; choice < topK; choice++) {
      // Shuffling the first places alone: what stands there is the choice.
      const from = choice + Math.floor(next() * (experts - choice));
      [order[choice], order[from]] = [order[from], order[choice]];
      counts[order[choice]]++;
    }
  return counts;
}
