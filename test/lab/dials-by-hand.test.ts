/** Station 08's exercise on dials turned by hand, played as its text says. */
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/lab/controls';
import { findingsOf } from '../../src/lab/findings';
import { tabulated } from '../../src/lab/table';
import type { Run } from '../../src/lab/types';
import lab from '../../src/labs/balance-without-a-loss/dials-by-hand';

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const tick = 0.02;

function at(dials: number[], seed: number, settings = {}): Run {
  if (lab.plan?.kind !== 'table') throw new Error('The dials answer at once.');
  const inputs = { dials: { shape: [dials.length], data: Float32Array.from(dials) } };
  return tabulated(lab, lab.plan, {
    settings: { ...resolveSettings(lab), ...settings },
    seed,
    inputs,
  });
}

const zeros = Array<number>(8).fill(0);
const loads = (run: Run) => Array.from(run.probes.dials.data).slice(16, 24);
const reached = (run: Run) => lab.goals![0].met(run, {}, findingsOf(lab, run));

/** One tick at the dial that is furthest off: down where its expert is busy, up where it is idle. */
function turnedOnce(run: Run, dials: number[]): number[] {
  const off = loads(run).map((share) => share - 1 / 8);
  const furthest = off.reduce((a, x, i) => (Math.abs(x) > Math.abs(off[a]) ? i : a), 0);
  return dials.map((dial, i) => (i === furthest ? dial - tick * Math.sign(off[i]) : dial));
}

describe('eight dials by hand', () => {
  it.each(seeds)('are level within sixty turns where the furthest is turned, seed %i', (seed) => {
    let dials = zeros;
    let turns = 0;
    while (turns < 60 && !reached(at(dials, seed))) {
      dials = turnedOnce(at(dials, seed), dials);
      turns += 1;
    }
    expect(reached(at(dials, seed))).toBe(true);
    // Inside what a slider reaches.
    expect(Math.max(...dials.map(Math.abs))).toBeLessThanOrEqual(0.6);
    // It is the first batch that counts, whichever is shown.
    expect(reached(at(dials, seed, { batchShown: 21 }))).toBe(true);
  });

  it.each(seeds)('are not level untouched, nor all turned alike, seed %i', (seed) => {
    expect(reached(at(zeros, seed))).toBe(false);
    expect(
      reached(
        at(
          zeros.map(() => 0.3),
          seed,
        ),
      ),
    ).toBe(false);
  });

  it('turn the load of their own expert up and down', () => {
    const of = (dial: number) => loads(at([dial, ...zeros.slice(1)], 1))[0];
    expect(of(-0.1)).toBeLessThan(of(0));
    expect(of(0.1)).toBeGreaterThan(of(0));
  });

  it('say what no dial can be', () => {
    expect(() => at([0, 1], 1)).toThrow('There are 8 dials, each from −1 to 1; got 0, 1.');
    expect(() => at([...zeros.slice(1), -3], 1)).toThrow(/each from −1 to 1; got .*, −3\.$/);
  });

  it('say the batch that is shown, and how the rule went on', () => {
    const title = (run: Run) => lab.title(run, findingsOf(lab, run));
    expect(title(at(zeros, 1))).toMatch(/^All dials at 0: the busiest expert has \d\.\d\d times/);
    const dials = [0.1, ...zeros.slice(1)];
    expect(title(at(dials, 1))).toMatch(/after 5 of your turns/);
    const later = at(dials, 1, { batchShown: 6 });
    expect(title(later)).toMatch(/^MaxVio in batch 6: /);
    // No round for five turns, and one after each of five batches.
    expect(later.facts).toMatchObject({ batch: 6, turns: 5, rounds: 5 });
  });
});
