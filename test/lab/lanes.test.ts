import { expect, it } from 'vitest';
import { laneFindings } from '../../src/lab/lanes';
import { startRun } from '../../src/lab/run';

it('names the findings of a race by its lanes', () => {
  const lane = (name: string, step: number) => ({ ...startRun({}, 1), name, label: name, step });
  const race = { ...startRun({}, 1), lanes: [lane('dense', 3), lane('sparse', 5)] };
  expect(laneFindings(race, ({ step }) => ({ steps: step }))).toEqual({
    'dense.steps': 3,
    'sparse.steps': 5,
  });
  expect(laneFindings(startRun({}, 1), () => ({ steps: 1 }))).toEqual({});
});
