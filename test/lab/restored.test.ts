/** A run that diverged goes into a file and comes back as it was. */
import { expect, it } from 'vitest';
import { restored } from '../../src/lab/restored';
import { compact, recent, startRun } from '../../src/lab/run';
import type { RunData } from '../../src/lab/types';

const diverged = (): RunData => ({
  ...startRun({}, 1),
  step: 3,
  steps: [1, 2, 3],
  metrics: {
    loss: [[2], [1e30], [Number.NaN]],
    load: [
      [0.5, 0.5],
      [1, 0],
      [Number.NaN, 0],
    ],
  },
  probes: { map: { shape: [2], data: Float32Array.of(1, Number.NaN) } },
  keyframes: [
    { step: 3, probes: { map: { shape: [1], data: [Number.NaN] } }, answers: { a: null } },
  ],
  facts: { tied: null },
});
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value));

it('has no number where it had none, in rows, probes, keyframes and lanes', () => {
  const lane = { ...diverged(), name: 'wild', label: 'wild' };
  const run = { ...diverged(), lanes: [lane], findings: { loss: Number.NaN, dead: 0 } };
  const seeds = [{ seed: 1, findings: { loss: Number.NaN, dead: 0 } }];
  const back = restored(throughJson(compact({ ...run, seeds })));
  for (const each of [back, back.lanes![0]]) {
    expect(each.metrics.loss.map(([loss]) => loss)).toEqual([2, 1e30, Number.NaN]);
    expect(each.metrics.load[2]).toEqual([Number.NaN, 0]);
    expect(each.probes.map.data).toEqual([1, Number.NaN]);
    expect(each.keyframes![0].probes.map.data).toEqual([Number.NaN]);
    // Their own null is a value.
    expect(each.keyframes![0].answers).toEqual({ a: null });
    expect(each.facts).toEqual({ tied: null });
  }
  expect(back.findings).toEqual({ loss: Number.NaN, dead: 0 });
  expect(back.seeds).toEqual([{ seed: 1, findings: { loss: Number.NaN, dead: 0 } }]);
});

it('does not count what is missing as nothing', () => {
  expect(recent(restored(throughJson(diverged())), 'loss', 0.1)).toEqual([Number.NaN]);
  // What is made small for a page is drawn from at once.
  expect(recent(compact(diverged()), 'loss', 0.1)).toEqual([Number.NaN]);
});
