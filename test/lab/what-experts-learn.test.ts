/** What station 11 says of single recorded seeds, held against the recording. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RecordedRun, RunData } from '../../src/lab/types';
import { standings } from '../../src/labs/what-experts-learn/settle';

const runs = join(import.meta.dirname, '../../public/runs');
const recorded = (lab: string): RecordedRun =>
  JSON.parse(readFileSync(join(runs, lab, 'default.json'), 'utf8'));

it('of the starts of "apart" seed 3 has the lowest sum and all features, seed 4 a low one and none', () => {
  const seeds = recorded('apart').seeds!;
  const lowest = seeds.toSorted((a, b) => a.findings.total - b.findings.total)[0];
  expect([lowest.seed, lowest.findings.features]).toEqual([3, 5]);
  const fourth = seeds.find(({ seed }) => seed === 4)!.findings;
  expect(fourth.features).toBe(0);
  expect(fourth.total).toBeLessThan(fourth.totalOfTruth);
});

it('the share of last choices is of sets, and 1 at the end', () => {
  const choices = (data: number[]) => ({ choices: { shape: [1, 2], data } });
  const run = {
    ...({ settings: {}, seed: 1, steps: [1, 2], metrics: {}, events: [] } as unknown as RunData),
    step: 2,
    probes: choices([3, 5]),
    keyframes: [
      // AB and BC first, AB and AC at last: three of four stood.
      { step: 1, probes: choices([3, 6]) },
      { step: 2, probes: choices([3, 5]) },
    ],
  };
  expect(standings(run).map(({ shares }) => shares)).toEqual([[0.75], [1]]);
});
