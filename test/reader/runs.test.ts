import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRun } from '../../src/lab/run';
import type { Run } from '../../src/lab/types';
import { asideOf, dropRuns, keepRuns, keptRuns } from '../../src/reader/runs';

const store = new Map<string, string>();
let room = Infinity;

beforeEach(() => {
  store.clear();
  room = Infinity;
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => store.get(key) ?? null,
    setItem(key: string, value: string) {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError');
      store.set(key, value);
    },
    removeItem: (key: string) => store.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

const own = (steps: number, id = `run ${steps}`): Run => ({
  ...startRun({ topK: steps }, 1),
  id,
  lab: 'x',
  origin: 'here',
  started: new Date(2026, 0, 1, 0, 0, steps).toISOString(),
  step: steps,
  steps: Array.from({ length: steps }, (_, i) => i + 1),
  metrics: { loss: Array.from({ length: steps }, (_, i) => [1 / (i + 1)]) },
  findings: { finalLoss: 1 / steps },
});

describe('runs kept over a reload', () => {
  it('come back small, the latest few, with the ends of their curves and what was found', () => {
    keepRuns(
      'x',
      [10, 20, 30, 40, 50, 60, 70, 80, 5000].map((steps) => own(steps)),
    );
    const { runs, notes } = keptRuns('x');
    expect(notes).toEqual([]);
    expect(runs.map((run) => run.settings.topK)).toEqual([20, 30, 40, 50, 60, 70, 80, 5000]);
    expect(runs[7].steps.length).toBeLessThanOrEqual(96);
    expect([runs[7].steps[0], runs[7].steps.at(-1)]).toEqual([1, 5000]);
    expect(runs[7]).toMatchObject({ id: 'run 5000', lab: 'x', findings: { finalLoss: 0.0002 } });
    expect(keptRuns('y').runs).toEqual([]);
  });

  it('keep a number that was none, and the lanes of a race', () => {
    const lane = { ...own(3), name: 'dense', label: 'dense' };
    keepRuns('x', [
      { ...own(2), metrics: { loss: [[1], [Number.NaN]] } },
      { ...own(3, 'race'), steps: [], metrics: {}, lanes: [lane] },
    ]);
    const [broken, race] = keptRuns('x').runs;
    expect(broken.metrics.loss).toEqual([[1], [Number.NaN]]);
    expect(race.lanes![0]).toMatchObject({ name: 'dense', steps: [1, 2, 3] });
  });

  it('of two tabs stay: each adds to what it finds, in the order in which they began', () => {
    keepRuns('x', [own(20)]);
    keepRuns('x', [own(10), own(30)]);
    expect(keptRuns('x').runs.map(({ id }) => id)).toEqual(['run 10', 'run 20', 'run 30']);
    keepRuns('x', [{ ...own(10), step: 11 }]);
    expect(keptRuns('x').runs.map(({ step }) => step)).toEqual([11, 20, 30]);
    dropRuns('x');
    expect(keptRuns('x').runs).toEqual([]);
    expect(store.size).toBe(0);
  });

  it('are fewer where there is little room, and none where storage is forbidden', () => {
    room = 2 * JSON.stringify([own(60)]).length;
    expect(keepRuns('x', [own(58), own(59), own(60), own(61)])).toBe(true);
    expect(keptRuns('x').runs.map(({ id }) => id)).toEqual(['run 60', 'run 61']);
    vi.stubGlobal('localStorage', undefined);
    expect(keepRuns('y', [own(10)])).toBe(false);
    expect(keptRuns('y')).toEqual({ runs: [], notes: [] });
  });
});

describe('what cannot be read', () => {
  const good = JSON.stringify(own(10));
  it.each([
    ['{', 'it is cut short or was written by something else'],
    ['3', 'it is no list of runs'],
    ['[null]', 'its contents are missing'],
    [`[${good.replace('"settings":{"topK":10}', '"settings":null')}]`, 'its settings are missing'],
    [`[${good.replace('"topK":10', '"topK":[]')}]`, 'its setting topK is no value'],
    [`[${good.replace('"seed":1', '"seed":"1"')}]`, 'its seed hold no number'],
    [`[${good.replace('[1,2,', '[2,1,')}]`, 'its steps do not rise'],
    [`[${good.replace('"loss":[[1],', '"loss":[')}]`, 'its metric loss lacks rows'],
    [`[${good.replace('"loss":[[1],', '"loss":[["a"],')}]`, 'its metrics hold no number'],
    [`[${good.replace('"events":[]', '"events":{}')}]`, 'its events are no list'],
  ])('%s is set aside and named, once, and the others are there', (stored, why) => {
    const list = stored.startsWith('[') ? `[${good},${stored.slice(1)}` : stored;
    store.set('switchyard.runs.x', list);
    const { runs, notes } = keptRuns('x');
    expect(runs.map(({ id }) => id)).toEqual(list === stored ? [] : ['run 10']);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`A past run kept in this browser could not be read: ${why}.`);
    expect(store.get(`switchyard.${asideOf('x')}`)).toBeTruthy();
    expect(keptRuns('x').notes).toEqual([]);
    keepRuns('x', [own(20)]);
    expect(keptRuns('x').runs.at(-1)!.id).toBe('run 20');
  });

  it('does not include runs of an earlier version, which had no name', () => {
    const { id: _, lab: __, origin: ___, findings: ____, started: _____, ...old } = own(10);
    store.set('switchyard.runs.x.x', JSON.stringify([old]));
    expect(keptRuns('x.x').runs).toMatchObject([{ id: 'kept 0', lab: 'x', origin: 'here' }]);
  });
});
