/** What every view must keep of the contract: those of the modules, of labs and of examples. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { labNames, loadLab } from '../../src/lab/labs';
import { recordingsOf } from '../../src/lab/recordings';
import { startRun } from '../../src/lab/run';
import type { RecordedRun, RunData, View } from '../../src/lab/types';
import { runsOf } from '../../src/views/series';
import { draw, isView, nameOf, widths } from './draw';
import type { Example } from './examples/types';

const examples = Object.values(
  import.meta.glob<{ examples?: Example[] }>('./examples/*.ts', { eager: true }),
).flatMap(({ examples = [] }) => examples);

const labs = await Promise.all(labNames.map(loadLab));
const folder = join(import.meta.dirname, '../../public/runs');
const recorded: Example[] = labs.flatMap((lab) =>
  Object.keys(recordingsOf(lab)).flatMap((variant) => {
    const run: RecordedRun = JSON.parse(
      readFileSync(join(folder, lab.name, `${variant}.json`), 'utf8'),
    );
    return lab.views.map(({ view }) => ({ view, state: `${lab.name}, ${variant}`, run }));
  }),
);

const everyState = [...examples, ...recorded];
const before = startRun({}, 1);

/** Kinds of what a view may read, as they are called in a run and in `reads`. */
const kinds = ['metrics', 'probes', 'facts', 'answers'] as const;

describe.each(everyState)('$view.name: $state', (state) => {
  const { view, run, axis } = state;
  const watched = watch(run, view);
  const drawings = new Map<number, string>();
  /** Each width is drawn once for all tests, of the run that remembers what is looked up in it. */
  const drawnAt = (width: number): string => {
    const known = drawings.get(width) ?? draw({ ...state, run: watched.run }, width);
    drawings.set(width, known);
    return known;
  };
  afterAll(() => drawings.clear());

  it.each(widths)('draws real numbers only, %i px wide', (width) => {
    const html = drawnAt(width);
    const wrong = html.search(/NaN|Infinity|undefined/);
    expect(wrong < 0 ? '' : html.slice(Math.max(0, wrong - 20), wrong + 20)).toBe('');
    // What the pages' policy forbids, what two charts on a page would share, and Plot's warnings.
    expect(html.match(/<style|\sstyle=|\sid=|⚠/)?.[0]).toBeUndefined();
    for (const [, size] of html.matchAll(/font-size="([\d.]+)"/g))
      expect(Number(size)).toBeGreaterThanOrEqual(11);
  });

  it('says its state in words', () => {
    const words = view.describe(run, axis);
    expect(words).toMatch(/^\S.*\d.*\.$/);
    expect(words).not.toMatch(/NaN|undefined|Infinity/);
    expect(words).not.toBe(view.describe(before));
    if (view.kind !== 'page') expect(nameOf(drawnAt(358))).toBe(words);
  });

  it('has a full table', () => {
    const { columns, rows } = view.table(run);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      for (const cell of row) expect(String(cell)).not.toMatch(/NaN|undefined/);
    }
    expect(new Set(rows.map((row) => row[0])).size).toBe(rows.length);
  });

  it('reads what it says, and nothing else', () => {
    // A lane that has not begun has nothing to be read.
    for (const each of runsOf(run).filter((lane) => lane === run || lane.step))
      for (const kind of kinds)
        for (const name of view.reads[kind] ?? [])
          expect(Object.keys(each[kind] ?? {}), `${kind} of the run`).toContain(name);
    for (const width of widths) drawnAt(width);
    view.describe(watched.run, axis);
    view.table(watched.run);
    expect([...watched.strange]).toEqual([]);
  });
});

describe.each([...new Set(everyState.map(({ view }) => view))])('$name', (view) => {
  it('has a frame, words and no numbers before the first step', () => {
    for (const width of widths)
      expect(draw({ view, run: before }, width).match(/NaN|Infinity|undefined/)).toBeNull();
    expect(view.describe(before)).toMatch(/[a-z].*\.$/);
    expect(view.table(before).rows.length).toBeGreaterThanOrEqual(0);
  });
});

it('no two views of a lab share a name', () => {
  for (const { name, views } of labs)
    expect(new Set(views.map(({ view }) => view.name)).size, name).toBe(views.length);
});

it('every view of a module is drawn in some state', () => {
  const modules = import.meta.glob<Record<string, unknown>>('../../src/views/*.{ts,tsx}', {
    eager: true,
  });
  const found = Object.values(modules).flatMap((module) => Object.values(module).filter(isView));
  expect(found.length).toBeGreaterThan(5);
  const shown = new Set(everyState.map(({ view }) => view));
  expect(found.filter((view) => !shown.has(view)).map(({ name }) => name)).toEqual([]);
});

/** The run, remembering what is looked up in it that the view does not say it reads. */
function watch<Run extends RunData>(run: Run, view: View): { run: Run; strange: Set<string> } {
  const strange = new Set<string>();
  const spied = <Each extends RunData>(each: Each): Each => ({
    ...each,
    ...Object.fromEntries(
      kinds.map((kind) => {
        const known = [...(view.reads[kind] ?? []), ...(view.reads.maybe ?? [])];
        const spy = new Proxy(each[kind] ?? {}, {
          get(target, name) {
            if (typeof name === 'string' && !known.includes(name)) strange.add(`${kind}.${name}`);
            return Reflect.get(target, name);
          },
        });
        return [kind, spy];
      }),
    ),
    ...(each.lanes && { lanes: each.lanes.map(spied) }),
  });
  return { run: spied(run), strange };
}
