import { describe, expect, it } from 'vitest';
import { draw, probabilities } from '../../src/model/decoding/sampling';
import {
  acceptance,
  type Distribution,
  expectedTokens,
  generate,
  type OnRejection,
  residual,
  verify,
} from '../../src/model/decoding/speculative';
import { uniforms } from '../../src/tensor/random';

const close = (got: ArrayLike<number>, want: number[]) => {
  expect(got.length).toBe(want.length);
  for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 10);
};

describe('sampling', () => {
  const logits = [Math.log(4), Math.log(3), Math.log(2), 0]; // probabilities .4 .3 .2 .1

  it('is softmax at temperature 1, sharper below, the largest at 0', () => {
    close(probabilities(logits), [0.4, 0.3, 0.2, 0.1]);
    close(probabilities(logits, { temperature: 0.5 }), [16 / 30, 9 / 30, 4 / 30, 1 / 30]);
    close(probabilities(logits, { temperature: 0 }), [1, 0, 0, 0]);
    close(probabilities([2, 2, 1], { temperature: 0 }), [1, 0, 0]);
  });

  it('survives large and infinite logits', () => {
    close(probabilities([1000, 1000, Number.NEGATIVE_INFINITY]), [0.5, 0.5, 0]);
  });

  it('keeps the k likeliest, or the fewest that hold p', () => {
    close(probabilities(logits, { topK: 2 }), [4 / 7, 3 / 7, 0, 0]);
    close(probabilities(logits, { topP: 0.65 }), [4 / 7, 3 / 7, 0, 0]);
    close(probabilities(logits, { topP: 0.75 }), [4 / 9, 3 / 9, 2 / 9, 0]);
    close(probabilities(logits, { topP: 1 }), [0.4, 0.3, 0.2, 0.1]);
    close(probabilities(logits, { topP: 0.01 }), [1, 0, 0, 0]);
    // Top-p counts what top-k left: 4/7 is below 0.6, so both stay.
    close(probabilities(logits, { topK: 2, topP: 0.6 }), [4 / 7, 3 / 7, 0, 0]);
    close(probabilities(logits, { topK: 9 }), [0.4, 0.3, 0.2, 0.1]);
  });

  it('refuses what makes no sense', () => {
    expect(() => probabilities(logits, { temperature: -1 })).toThrow('must be 0 or more; it is -1');
    expect(() => probabilities(logits, { topK: 0 })).toThrow('not 0');
    expect(() => probabilities(logits, { topP: 0 })).toThrow('above 0 and up to 1; not 0');
    expect(() => probabilities([Number.NaN, 1])).toThrow('must be numbers');
  });

  it('draws where the running sum passes the number, never a token of probability 0', () => {
    const p = [0, 0.25, 0, 0.75, 0];
    expect([0, 0.2499, 0.25, 0.9999].map((u) => draw(p, u))).toEqual([1, 1, 3, 3]);
    expect(draw([0.3, 0.3, 0.3, 0], 0.95)).toBe(2); // a sum below 1
  });
});

/** Nine words: the model and a drafter that is often wrong. */
const P = [0.3, 0.05, 0.1, 0.02, 0.13, 0.2, 0.05, 0.1, 0.05];
const Q = [0.1, 0.2, 0.1, 0.1, 0.05, 0.2, 0.1, 0.05, 0.1];

describe('the parts of speculative decoding', () => {
  it('accept with one minus the total variation', () => {
    const variation = P.reduce((sum, p, i) => sum + Math.abs(p - Q[i]) / 2, 0);
    expect(acceptance(P, Q)).toBeCloseTo(1 - variation, 12);
    expect(acceptance(P, P)).toBeCloseTo(1, 12);
  });

  it('put accepted drafts and residual together to the model, word by word', () => {
    const alpha = acceptance(P, Q);
    const rest = residual(P, Q);
    close(
      P.map((p, i) => Math.min(p, Q[i]) + (1 - alpha) * rest[i]),
      P,
    );
    close(residual(P, P), P);
  });

  it('expect 1 + α + α² … tokens a pass', () => {
    expect(expectedTokens(0.85, 2)).toBeCloseTo(1 + 0.85 + 0.85 ** 2, 12);
    expect(expectedTokens(0.85, 1)).toBeCloseTo(1.85, 12);
    expect(expectedTokens(1, 3)).toBe(4);
    expect(expectedTokens(0, 3)).toBe(1);
  });

  it('refuse what does not fit together', () => {
    const next = uniforms(1, 'refuse');
    expect(() => acceptance(P, [1])).toThrow('The model knows 9 words, the drafter 1');
    expect(() => verify({ tokens: [1], drafted: [Q], target: [P] }, next)).toThrow(
      'there are 1 and 1',
    );
    expect(() =>
      verify(
        {
          tokens: [0],
          drafted: [[0, 1]],
          target: [
            [1, 0],
            [1, 0],
          ],
        },
        next,
      ),
    ).toThrow('never draws');
  });
});

/**
 * Probability that counts of the expected distribution lie at least as far off as these
 * (Pearson's χ²). For an even number of degrees of freedom 2m it is exp(−h) Σ_{i<m} h^i / i!
 * with h = χ²/2.
 */
function chance(counts: number[], expected: number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const chi2 = counts.reduce(
    (sum, count, i) => sum + (count - total * expected[i]) ** 2 / (total * expected[i]),
    0,
  );
  const freedom = counts.length - 1;
  if (freedom % 2 !== 0) throw new Error('This formula needs an odd number of outcomes.');
  let term = Math.exp(-chi2 / 2);
  let sum = 0;
  for (let i = 0; i < freedom / 2; i++) {
    sum += term;
    term *= chi2 / 2 / (i + 1);
  }
  return sum;
}

/** A correct rule fails a test with this probability, were the seed drawn anew. */
const FALSE_ALARM = 1e-6;

describe('the output of speculative decoding', () => {
  const DRAWS = 60_000;

  /** First tokens that passes with two drafts yield; passes that yield none count as nothing. */
  function firstTokens(onRejection: OnRejection): number[] {
    const next = uniforms(7, onRejection);
    const counts = P.map(() => 0);
    for (let i = 0; i < DRAWS; i++) {
      const tokens = [draw(Q, next()), draw(Q, next())];
      const pass = verify({ tokens, drafted: [Q, Q], target: [P, P, P] }, next, onRejection);
      if (pass.tokens.length > 0) counts[pass.tokens[0]] += 1;
    }
    return counts;
  }

  it('has the distribution of the model (false alarm 1e-6)', () => {
    expect(chance(firstTokens('resample'), P)).toBeGreaterThan(FALSE_ALARM);
  });

  it('would be caught if it only kept accepted drafts', () => {
    expect(chance(firstTokens('drop'), P)).toBeLessThan(FALSE_ALARM);
  });

  it('would be caught if a rejection drew from the model instead of the residual', () => {
    const next = uniforms(8, 'naive');
    const counts = P.map(() => 0);
    for (let i = 0; i < DRAWS; i++) {
      const token = draw(Q, next());
      counts[next() < P[token] / Q[token] ? token : draw(P, next())] += 1;
    }
    expect(chance(counts, P)).toBeLessThan(FALSE_ALARM);
  });

  /** Three words, each next one depending on the last: model and drafter as tables. */
  const target = [
    [0.6, 0.3, 0.1],
    [0.2, 0.2, 0.6],
    [0.1, 0.7, 0.2],
  ];
  const drafter = [
    [0.3, 0.4, 0.3],
    [0.5, 0.25, 0.25],
    [0.2, 0.4, 0.4],
  ];
  const models = {
    target: (tokens: number[], places: number): Distribution[] =>
      tokens.slice(-places).map((token) => target[token]),
    draft: (tokens: number[]): Distribution => drafter[tokens[tokens.length - 1]],
  };

  it('has the joint distribution of pairs, across passes (false alarm 1e-6)', async () => {
    const next = uniforms(9, 'pairs');
    const counts = Array.from({ length: 9 }, () => 0);
    for (let i = 0; i < 20_000; i++) {
      const { tokens } = await generate(models, [0], { count: 2, drafts: 1 + (i % 3), next });
      counts[tokens[1] * 3 + tokens[2]] += 1;
    }
    const expected = target[0].flatMap((first, a) => target[a].map((second) => first * second));
    expect(chance(counts, expected)).toBeGreaterThan(FALSE_ALARM);
  });

  it('accepts as often as Σ min(p, q) says, within five standard errors', () => {
    const next = uniforms(11, 'rate');
    const trials = 40_000;
    let kept = 0;
    for (let i = 0; i < trials; i++)
      kept += verify({ tokens: [draw(Q, next())], drafted: [Q], target: [P, P] }, next).accepted;
    const alpha = acceptance(P, Q);
    const error = Math.sqrt((alpha * (1 - alpha)) / trials);
    expect(Math.abs(kept / trials - alpha)).toBeLessThan(5 * error);
  });

  it('with a perfect drafter is one pass for γ + 1 tokens', async () => {
    const own = { ...models, draft: (tokens: number[]) => target[tokens[tokens.length - 1]] };
    const { passes, accepted, drafted } = await generate(own, [0], {
      count: 40,
      drafts: 3,
      next: uniforms(1, 'perfect'),
    });
    expect([passes, accepted, drafted]).toEqual([10, 30, 30]);
  });

  it('refuses an empty prompt, and a mistake that writes nothing', async () => {
    const next = uniforms(1, 'empty');
    await expect(generate(models, [], { count: 1, drafts: 1, next })).rejects.toThrow('empty');
    await expect(
      generate(models, [0], { count: 1, drafts: 0, next, onRejection: 'drop' }),
    ).rejects.toThrow('kept no draft');
  });
});
