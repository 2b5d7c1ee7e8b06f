/** The reader's runs among the recorded seeds: where each stands, and why one does not. */
import { describe, expect, it } from 'vitest';
import { levelsOf, placesOf, stripOf } from '../../src/lab/strip';
import type { RecordedRun, Run } from '../../src/lab/types';
import { controls, recorded as exampleRun } from './example-lab';

const lab = {
  strip: [
    { finding: 'loss', label: 'loss' },
    { finding: 'share', label: 'share', format: 'percent' as const },
  ],
};
const seeds = [0.4, 0.5, 0.3, 0.6, 0.45, 0.55, 0.35, 0.7].map((loss, i) => ({
  seed: i + 1,
  findings: { loss, share: loss / 2 },
}));
const recorded: RecordedRun = { ...exampleRun(), seeds };

/** A run of the reader's, whole and made as the recorded ones were, unless said. */
const own = (loss: number, change: Partial<Run> = {}): Run => ({
  ...exampleRun(),
  id: `run ${loss} ${change.seed ?? 9}`,
  lab: 'example',
  origin: 'here',
  seed: 9,
  findings: { loss, share: loss / 2 },
  ...change,
});
const strip = (...runs: Run[]) => stripOf(lab, recorded, runs, controls)!;

describe('the strip', () => {
  it('shows the recorded seeds in order, and says how they spread', () => {
    const { rows, outside } = strip();
    expect(outside).toBe('');
    expect(rows[0].dots.map(({ seed }) => seed)).toEqual([3, 7, 1, 5, 2, 6, 4, 8]);
    expect(rows[0].words).toBe('8 seeds: 0.300 to 0.700, median 0.475');
    expect(rows[1].words.replaceAll('\u00a0', ' ')).toBe(
      '8 seeds: 15.0 % to 35.0 %, median 23.8 %',
    );
  });

  it('says a unit once in a range, and with a number that stands alone', () => {
    const withUnit = { strip: [{ finding: 'loss', label: 'loss', unit: 'nats' }] };
    const [row] = stripOf(withUnit, recorded, [], controls)!.rows;
    expect(row.words).toBe('8 seeds: 0.300 to 0.700 nats, median 0.475');
    expect([row.say(0.3), row.number(0.3)]).toEqual(['0.300 nats', '0.300']);
  });

  it.each([
    [0.41, 'yours: 0.410, inside the eight: the fourth lowest of nine'],
    [0.2, 'yours: 0.200, below all eight: the lowest of nine'],
    [0.9, 'yours: 0.900, above all eight: the highest of nine'],
  ])('places a run that found %d', (loss, words) => {
    const { rows, outside } = strip(own(loss));
    expect(rows[0].words).toBe(words);
    expect(rows[0].dots.find((dot) => dot.own)).toEqual({ seed: 9, value: loss, own: 'latest' });
    expect(rows[0].dots).toHaveLength(9);
    expect(outside).toBe('');
  });

  it('adds a dot for each further seed, and speaks of the latest', () => {
    const [{ dots, words }] = strip(own(0.2), own(0.65, { seed: 10 })).rows;
    expect(dots.filter((dot) => dot.own).map((dot) => dot.own)).toEqual(['earlier', 'latest']);
    expect(words).toContain('yours: 0.650, inside the eight: the second highest of nine');
  });

  it('names the recorded value of the same seed', () => {
    expect(strip(own(0.31, { seed: 3 })).rows[0].words).toContain('; seed 3 as recorded: 0.300');
  });

  it.each<[string, Partial<Run>, string]>([
    [
      'with other settings',
      { settings: { ...recorded.settings, balancer: 'switch' } },
      'it differs from the recorded runs in balancer none → Switch loss',
    ],
    ['with code of the reader’s', { code: ['src/x.ts#y'] }, 'it was trained with code of yours'],
    ['with other inputs', { inputWords: { '': 'slope' } }, 'it had other inputs'],
    [
      'that was changed on its way',
      { events: [{ step: 5, words: 'α: 1' }] },
      'it was changed on its way (α: 1)',
    ],
    [
      'that was stopped early',
      { step: 40 },
      'it stands at step 40, and the recorded runs went to 100',
    ],
  ])('gives no place to a run %s, and says why', (_, change, why) => {
    const { rows, outside } = strip(own(0.5), own(0.2, change));
    expect(outside).toContain(`Your latest run has no place here: ${why}`);
    expect(rows[0].dots.filter((dot) => dot.own)).toEqual([
      { seed: 9, value: 0.5, own: 'earlier' },
    ]);
    expect(rows[0].words).toContain('8 seeds');
  });

  it('waits for a run that is not at rest, and leaves out what is no number', () => {
    expect(strip(own(0.5, { findings: undefined })).rows[0].dots).toHaveLength(8);
    expect(strip(own(Number.NaN)).rows[0].dots).toHaveLength(8);
  });

  it('is none without seeds, or where the lab asks for none', () => {
    expect(stripOf(lab, exampleRun(), [], controls)).toBeUndefined();
    expect(stripOf({}, recorded, [], controls)).toBeUndefined();
    expect(stripOf(lab, undefined, [], controls)).toBeUndefined();
  });
});

describe('its drawing', () => {
  it('spreads the dots over the line and keeps them from hiding each other', () => {
    const [row] = strip(own(0.3), own(0.301, { seed: 10 }), own(0.302, { seed: 11 })).rows;
    const places = placesOf(row);
    expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const levels = levelsOf(places);
    expect(levels.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(levels.at(-1)).toBe(0);
  });

  it('puts equal values in the middle, over each other', () => {
    const [row] = stripOf(
      lab,
      { ...recorded, seeds: seeds.map(({ seed }) => ({ seed, findings: { loss: 1 } })) },
      [],
      controls,
    )!.rows;
    expect(new Set(placesOf(row))).toEqual(new Set([0.5]));
    expect(levelsOf(placesOf(row))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
