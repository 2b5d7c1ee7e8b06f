/** How many experts of a layer are in use when several tokens are computed together. */

/**
 * Experts that `tokens` tokens use together, if each chooses k of E at random: an expert stays
 * untouched with the chance that no token chooses it.
 */
export const expectedTouched = (experts: number, topK: number, tokens: number): number =>
  experts * (1 - (1 - topK / experts) ** tokens);

/** Different experts in these tokens' choices. */
export function touchedBy(calls: readonly (readonly number[])[]): number {
  const seen = new Set<number>();
  for (const call of calls) for (const expert of call) seen.add(expert);
  return seen.size;
}
