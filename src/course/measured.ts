/** A number out of a recorded run, or out of its seeds, in the form the prose wants. */
import { spreadOf } from '../lab/seeds';
import { oneOf } from './checks';
import { type Format, formats, rangeText, spreadText, written } from './numbers';
import {
  made,
  overSeeds,
  type RecordedFinding,
  type RecordedRequest,
  recordedFinding,
} from './recorded';

export interface Measurement {
  /** "94 %", "0.43 (0.41 to 0.47 over 8 seeds)" */
  text: string;
  /** A sentence on where it comes from. */
  provenance: string;
}

/** `run` is the one run that a figure shows; the others are of all its seeds. */
export const stats = ['run', 'median', 'range', 'median-range'] as const;
export type Stat = (typeof stats)[number];

export interface MeasureRequest extends RecordedRequest, Format {
  stat: Stat;
}

/**
 * Throws a sentence where lab, run, finding or stat do not exist, where a finding is no number,
 * and where seeds are wanted and there are none.
 */
export function measure(request: MeasureRequest, file: string, folder?: string): Measurement {
  const { stat } = request;
  if (stat === undefined)
    throw new Error(
      `${file}: <Measured> needs the attribute stat, which says whose number it is: "median", "range" or "median-range" of all seeds, or "run" for the one run that a figure shows.`,
    );
  oneOf(file, 'Measured', 'stat', stat, stats);
  oneOf(file, 'Measured', 'format', request.format, formats);
  const recorded = recordedFinding(request, file, folder);
  return stat === 'run' ? ofOneRun(recorded, request) : ofAllSeeds(recorded, request, stat, file);
}

function ofOneRun(recorded: RecordedFinding, format: Format): Measurement {
  const { name, finding, value, seed } = recorded;
  return {
    text: written(value, format),
    provenance: `${finding} of the recorded run ${name}: seed ${seed}, ${made(recorded)}`,
  };
}

function ofAllSeeds(
  recorded: RecordedFinding,
  format: Format,
  stat: Exclude<Stat, 'run'>,
  file: string,
): Measurement {
  const values = overSeeds(recorded, file, stat.replace('-', ' and '));
  const spread = spreadOf(values.map(({ value }) => value));
  const text = {
    median: () => written(spread.median, format),
    range: () => rangeText(spread, format),
    'median-range': () => spreadText(spread, format),
  }[stat]();
  const what = stat === 'range' ? 'Range' : 'Median';
  const at = (end: number) =>
    `${written(end, format)} (seed ${values.find(({ value }) => value === end)?.seed})`;
  const ends =
    spread.low === spread.high
      ? `${written(spread.low, format)} with each`
      : `${at(spread.low)} to ${at(spread.high)}`;
  return {
    text,
    provenance: `${what} of ${recorded.finding} over ${spread.count} seeds of the recorded run ${recorded.name}: ${ends}, ${made(recorded)}`,
  };
}

/**
 * One run is told of only where it can be seen: it stands in a figure of the chapter, in front or
 * behind. `shown` holds "lab/run". Throws a sentence where it does not.
 */
export function ownRun(
  { lab, run = 'default' }: RecordedRequest,
  shown: readonly string[],
  file: string,
): void {
  if (shown.includes(`${lab}/${run}`)) return;
  throw new Error(
    `${file}: <Measured stat="run"> speaks of the one run that a figure shows, and no figure of this chapter shows the run ${lab}/${run}. Say what its seeds found, with stat="median", "range" or "median-range", or show it, <Lab name="${lab}" run="${run}" />.`,
  );
}
