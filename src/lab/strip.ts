/**
 * The strip beside a finding: a dot for each recorded seed, and the reader's own finished runs in
 * their places among them. A run that was made otherwise has no place there, and it is said why.
 */
import { count, percent, value } from './format';
import { lengthOf } from './run';
import { placeOf, spreadOf, valuesOf } from './seeds';
import { type Control, differences } from './settings';
import type { LabDescription, RecordedRun, Run } from './types';

export interface Dot {
  seed: number;
  value: number;
  /** The reader's own: the latest one, or one before it. */
  own?: 'latest' | 'earlier';
}

export interface StripRow {
  finding: string;
  label: string;
  /** From the lowest to the highest. */
  dots: Dot[];
  median: number;
  /** "0.41 nats". */
  say(value: number): string;
  /** "0.41", where the unit is told beside it. */
  number(value: number): string;
  /** "8 seeds: 0.46 to 0.58, median 0.51", or where the reader's latest run stands. */
  words: string;
}

export interface Strip {
  rows: StripRow[];
  /** Why the reader's latest run has no place, where it has none. */
  outside: string;
}

type Lab = Pick<LabDescription, 'strip'>;

/** `runs` are the reader's, oldest first. Undefined where the lab has no strip or no seeds. */
export function stripOf(
  lab: Lab,
  recorded: RecordedRun | undefined,
  runs: Run[],
  controls: Control[],
): Strip | undefined {
  const seeds = recorded?.seeds;
  if (!recorded || !lab.strip?.length || !seeds?.length) return undefined;
  const rested = runs.filter(({ findings }) => findings);
  const inside = rested.filter((run) => !whyOutside(run, recorded, controls));
  const latest = rested.at(-1);
  const why = latest && whyOutside(latest, recorded, controls);
  const rows = lab.strip.map(({ finding, label, format, unit }): StripRow => {
    const number = (x: number) => (format === 'percent' ? percent(x, 1) : exact(x));
    const say = (x: number) => (unit ? `${number(x)} ${unit}` : number(x));
    const theirs = valuesOf(seeds, finding).filter(({ value }) => Number.isFinite(value));
    const own = inside
      .map(({ seed, findings }, i): Dot => {
        const place = i === inside.length - 1 && !why ? 'latest' : 'earlier';
        return { seed, value: findings![finding] ?? Number.NaN, own: place };
      })
      .filter(({ value }) => Number.isFinite(value));
    const { median, low, high } = spreadOf(theirs.map((dot) => dot.value));
    const spread = `${count(theirs.length)} seeds: ${number(low)} to ${say(high)}, median ${number(median)}`;
    return {
      finding,
      label,
      dots: [...theirs, ...own].toSorted((a, b) => a.value - b.value),
      median,
      say,
      number,
      words: ownWords(own, theirs, say) ?? spread,
    };
  });
  return { rows, outside: why ? `Your latest run has no place here: ${why}.` : '' };
}

/** Counts have no decimals. */
const exact = (x: number) => (Number.isInteger(x) && Math.abs(x) < 1e6 ? count(x) : value(x));

/** "yours: 0.41, inside the eight: the third lowest of nine". */
function ownWords(own: Dot[], theirs: Dot[], say: (x: number) => string): string | undefined {
  const latest = own.findLast((dot) => dot.own === 'latest');
  const place =
    latest &&
    placeOf(
      latest.value,
      theirs.map((dot) => dot.value),
    );
  if (!place) return undefined;
  const same = theirs.find(({ seed }) => seed === latest.seed);
  const twin = same ? `; seed ${same.seed} as recorded: ${say(same.value)}` : '';
  return `yours: ${say(latest.value)}, ${place.among}: ${place.ordinal}${twin}`;
}

/** Why a run cannot stand among the recorded ones, to follow "no place here:"; nothing if it can. */
function whyOutside(run: Run, recorded: RecordedRun, controls: Control[]): string | undefined {
  const other = differences(controls, recorded.settings, run.settings);
  if (other.length) return `it differs from the recorded runs in ${other.join(', ')}`;
  if (Object.keys(run.inputWords ?? {}).length) return 'it had other inputs than the recorded runs';
  if (run.code?.length) return 'it was trained with code of yours';
  const changed = (events: Run['events']) => events.map(({ words }) => words).join(', ');
  if (changed(run.events) !== changed(recorded.events))
    return run.events.length
      ? `it was changed on its way (${changed(run.events)})`
      : `the recorded runs were changed on their way (${changed(recorded.events)})`;
  const [steps, wanted] = [lengthOf(run), lengthOf(recorded)];
  if (steps < wanted)
    return `it stands at step ${count(steps)}, and the recorded runs went to ${count(wanted)}`;
  return undefined;
}

/** Where a dot stands, as a share of the strip, with room for its disc at both ends. */
export function placesOf(row: StripRow): number[] {
  const values = row.dots.map((dot) => dot.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low;
  return values.map((x) => (span > 0 ? 0.03 + (0.94 * (x - low)) / span : 0.5));
}

/** Levels above the line for dots that would hide each other; `near` is a disc's share of the strip. */
export function levelsOf(places: number[], near = 0.03): number[] {
  const last: number[] = [];
  return places.map((place) => {
    let level = last.findIndex((end) => place - end >= near);
    if (level < 0) level = last.length;
    last[level] = place;
    return level;
  });
}
