/** The floor of chance, against what is known of it by counting. */
import { describe, expect, it } from 'vitest';
import { chanceMaxVio } from '../../src/model/accounting/chance';

/** Mean of the largest of two counts of n fair coins over its half, less 1, by the binomial. */
function twoExperts(n: number): number {
  let mean = 0;
  let chance = 0.5 ** n; // of 0 heads
  for (let heads = 0; heads <= n; heads++) {
    mean += chance * Math.max(heads, n - heads);
    chance *= (n - heads) / (heads + 1);
  }
  return (2 * mean) / n - 1;
}

describe('the MaxVio of a batch that chooses at random', () => {
  it('is what the binomial distribution says for two experts', () => {
    for (const tokens of [8, 64])
      expect(
        Math.abs(chanceMaxVio({ tokens, experts: 2, topK: 1 }) - twoExperts(tokens)),
        `${tokens} tokens`,
      ).toBeLessThan(0.02);
  });

  it('is 0 where every token has every expert', () => {
    expect(chanceMaxVio({ tokens: 16, experts: 4, topK: 4 })).toBe(0);
  });

  it('is E − 1 for a batch of one token', () => {
    expect(chanceMaxVio({ tokens: 1, experts: 8, topK: 1 })).toBe(7);
  });

  it('is below that of as many tokens with one expert each where each has two', () => {
    const one = chanceMaxVio({ tokens: 128, experts: 8, topK: 1 });
    const two = chanceMaxVio({ tokens: 128, experts: 8, topK: 2 });
    expect(two).toBeLessThan(one);
    // The recorded runs with the random router measure the same.
    expect(Math.abs(two - 0.24)).toBeLessThan(0.01);
  });

  it('refuses a choice that cannot be', () => {
    expect(() => chanceMaxVio({ tokens: 8, experts: 4, topK: 5 })).toThrow(
      'A token chooses topK of 4 experts: from 1 to 4, not 5.',
    );
  });
});
