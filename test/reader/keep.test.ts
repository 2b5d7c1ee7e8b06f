import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRun } from '../../src/lab/run';
import type { RunData } from '../../src/lab/types';
import { keepRuns, keptRuns } from '../../src/reader/keep';
import { recorded } from '../lab/example-lab';

const store = new Map<string, string>();

beforeEach(() => {
  store.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => store.set(key, value),
    removeItem: (key: string) => store.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

const own = (steps: number): RunData => ({
  ...startRun({ topK: steps }, 1),
  step: steps,
  steps: Array.from({ length: steps }, (_, i) => i + 1),
  metrics: { loss: Array.from({ length: steps }, (_, i) => [1 / (i + 1)]) },
});

describe('runs kept over a reload', () => {
  it('come back small, the latest few, with the ends of their curves', () => {
    keepRuns('x', [own(10), own(20), own(30), own(40), own(5000)]);
    const back = keptRuns('x');
    expect(back.map((run) => run.settings.topK)).toEqual([20, 30, 40, 5000]);
    expect(back[3].steps.length).toBeLessThanOrEqual(120);
    expect([back[3].steps[0], back[3].steps.at(-1)]).toEqual([1, 5000]);
    expect(keptRuns('y')).toEqual([]);
  });

  it('leave out what was recorded, and go when they are cleared', () => {
    keepRuns('x', [recorded(), own(10)]);
    expect(keptRuns('x')).toHaveLength(1);
    keepRuns('x', [recorded()]);
    expect(keptRuns('x')).toEqual([]);
    expect(store.size).toBe(0);
  });

  it('are none where the storage holds something else, or is forbidden', () => {
    for (const wrong of ['{', '3', 'null', '[null, 4, {"steps": []}]', '[{"steps":[1]}]']) {
      store.set('switchyard.runs.x', wrong);
      expect(keptRuns('x'), wrong).toEqual([]);
    }
    vi.stubGlobal('localStorage', undefined);
    keepRuns('x', [own(10)]);
    expect(keptRuns('x')).toEqual([]);
  });
});
