import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/engine/protocol';
import {
  append,
  at,
  compact,
  latest,
  mark,
  mostKeyframes,
  mostRows,
  recent,
  spread,
  startRun,
} from '../../src/lab/run';
import type { RunData } from '../../src/lab/types';

const speed = { stepsPerSecond: 1, msPerStep: 1, jsMsPerStep: 1, dispatches: 0, captured: false };

/** Rows for the given steps: loss = 1 / step, load = two shares; a probe holding the step. */
function frame(steps: number[], probed = true): Frame {
  const step = steps.at(-1)!;
  return {
    step,
    steps,
    metrics: {
      loss: { width: 1, data: Float32Array.from(steps, (s) => 1 / s) },
      load: { width: 2, data: Float32Array.from(steps.flatMap((s) => [s / 1e6, 1 - s / 1e6])) },
    },
    probes: probed ? { now: { shape: [1], data: Float32Array.of(step) } } : {},
    speed,
  };
}

function trained(frames: number, rowsEach: number, gap = 1): RunData {
  let run = startRun({ topK: 1 }, 7);
  let step = 0;
  for (let i = 0; i < frames; i++)
    run = append(run, frame(Array.from({ length: rowsEach }, () => (step += gap))));
  return run;
}

describe('a run', () => {
  it('keeps every row while there are few', () => {
    const run = trained(10, 3);
    expect(run.step).toBe(30);
    expect(run.steps).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(run.metrics.load[4]).toEqual([5 / 1e6, 1 - 5 / 1e6].map(Math.fround));
    expect(latest(run, 'loss')).toBeCloseTo(1 / 30, 6);
  });

  it.each([
    [1000, 10, 1],
    [5000, 1, 1],
    [400, 7, 13],
    [2, 5000, 3],
  ])(
    'of %i frames × %i rows stays bounded, ordered, spread, with both ends',
    (frames, rows, gap) => {
      const run = trained(frames, rows, gap);
      const last = frames * rows * gap;
      expect(run.steps.length).toBeLessThanOrEqual(mostRows);
      expect(run.steps.length).toBeGreaterThan(mostRows / 5);
      expect(run.steps[0]).toBe(gap);
      expect(run.steps.at(-1)).toBe(last);
      for (const [name, kept] of Object.entries(run.metrics))
        expect(kept.length, name).toBe(run.steps.length);
      const gaps = run.steps.slice(1).map((step, i) => step - run.steps[i]);
      expect(Math.min(...gaps)).toBeGreaterThan(0);
      expect(Math.max(...gaps)).toBeLessThan((8 * last) / mostRows + gap);
      run.steps.forEach((step, i) => {
        expect(run.metrics.loss[i][0]).toBeCloseTo(1 / step, 6);
      });
      expect(run.keyframes!.length).toBeLessThanOrEqual(mostKeyframes);
      expect(run.keyframes!.at(-1)!.step).toBe(last);
      expect(run.keyframes![0].step).toBe(rows * gap);
    },
  );

  it.each([2, 3, 7, 120])('can be spread over as few as %i rows', (most) => {
    const { steps } = trained(40, 10);
    const kept = spread(steps, most);
    expect(kept.length).toBeLessThanOrEqual(Math.max(3, most));
    expect([kept[0], kept.at(-1)]).toEqual([0, steps.length - 1]);
  });

  it('has rows at the same steps however they came in', () => {
    const inFrames = (sizes: number[], until: number) => {
      let run = startRun({}, 1);
      for (let step = 0, i = 0; step < until; i++) {
        const size = Math.min(until - step, sizes[i % sizes.length]);
        run = append(run, frame(Array.from({ length: size }, () => ++step)));
      }
      return run.steps;
    };
    for (const until of [500, 1000, 1337, 5000]) {
      const one = inFrames([1], until);
      expect(inFrames([7, 64, 3], until)).toEqual(one);
      expect(inFrames([64], until)).toEqual(one);
    }
  });

  it('keeps the very first rows, however long the run', () => {
    const run = trained(50, 200);
    expect(run.steps.slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    expect(run.steps.length).toBeLessThanOrEqual(mostRows);
  });

  it('does not change the run it grew from, nor take a step twice', () => {
    const before = trained(3, 2);
    const copy = structuredClone(before);
    const after = append(before, frame([5, 6, 7]));
    expect(before).toEqual(copy);
    expect(after.steps).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('keeps the latest probes where a frame brings none', () => {
    const run = append(trained(2, 2), frame([5], false));
    expect(Array.from(run.probes.now.data)).toEqual([4]);
    expect(run.keyframes!.map(({ step }) => step)).toEqual([2, 4]);
  });

  it('shows an earlier moment: rows, probes and remarks of that time', () => {
    const run = mark(trained(10, 3), 'late');
    const early = at(run, 14);
    expect(early.step).toBe(14);
    expect(early.steps.at(-1)).toBe(14);
    expect(early.metrics.loss.length).toBe(14);
    expect(Array.from(early.probes.now.data)).toEqual([12]);
    expect(early.events).toEqual([]);
    expect(at(run, 30)).toBe(run);
    expect(at(run, 0).steps).toEqual([]);
  });

  it('averages its last rows column by column', () => {
    const run = trained(10, 10);
    const mean = recent(run, 'load', 0.1);
    expect(mean[0]).toBeCloseTo(95.5 / 1e6, 9);
    expect(mean[0] + mean[1]).toBeCloseTo(1, 6);
    expect(recent(run, 'nothing')).toEqual([]);
  });

  it('goes into a file as short plain numbers and comes back the same picture', () => {
    const run = compact(trained(10, 3));
    expect(run.metrics.loss[2][0]).toBe(0.33333);
    expect(run.probes.now.data).toEqual([30]);
    expect(JSON.parse(JSON.stringify(run))).toEqual(run);
  });
});
