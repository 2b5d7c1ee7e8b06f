/** What the sweeps of station 12 plan: which models, in which order, how large. */
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/lab/controls';
import { emptyRun, lanesOf } from '../../src/lab/plans';
import equalSize from '../../src/labs/parrots/equal-size';
import twoMaps from '../../src/labs/parrots/two-maps';
import { classesOf, numbersOf } from '../../src/model/experiments/parrots/shared/sizes';
import type { Settings } from '../../src/model/experiments/types';

const sizes = ({ question, squeeze, experts, expertHidden }: Settings) =>
  numbersOf({
    ...{ width: Number(squeeze), experts: Number(experts), hidden: Number(expertHidden) },
    out: classesOf(String(question)),
  });

describe('two maps', () => {
  const asked = { settings: resolveSettings(twoMaps, {}), seed: 1 };
  const run = emptyRun(twoMaps, asked);
  const lanes = lanesOf(twoMaps, asked);

  it('are 24 models, each of one cell', () => {
    const cells = lanes.map(({ settings: { question, squeeze, experts } }) =>
      [question, squeeze, experts].join(),
    );
    expect(new Set(cells).size).toBe(24);
    expect(new Set(run.lanes!.map(({ name }) => name)).size).toBe(24);
  });

  it('begin with the ends of every row: half of the sweep shows what it comes to', () => {
    const half = lanes.slice(0, 12).map(({ settings }) => settings.experts);
    expect(half.sort((a, b) => Number(a) - Number(b))).toEqual([
      ...Array(6).fill(1),
      ...Array(6).fill(16),
    ]);
  });

  it('have dense nets that put at least as many numbers to work as sixteen experts, and hardly more', () => {
    for (const { settings } of lanes.filter((lane) => lane.settings.experts === 1)) {
      const { active } = sizes({ ...settings, experts: 16, expertHidden: 32 });
      const own = sizes(settings).active;
      expect(own).toBeGreaterThanOrEqual(active);
      expect(own).toBeLessThan(1.03 * active);
    }
  });
});

describe('equal in what', () => {
  it('has a dense net with as many numbers at work, and one with as many in all', () => {
    const settings = resolveSettings(equalSize, {});
    const [sixteen, work, all] = lanesOf(equalSize, { settings, seed: 1 }).map((lane) =>
      sizes(lane.settings),
    );
    expect(work.active / sixteen.active).toBeCloseTo(1, 1);
    expect(all.parameters / sixteen.parameters).toBeCloseTo(1, 1);
    expect(all.active / sixteen.active).toBeGreaterThan(5);
  });
});
