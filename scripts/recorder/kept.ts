/**
 * A run as its file keeps it. Rows and keyframes are thinned to a number of numbers, whatever the
 * run: a race of four or a sweep of forty takes no more room than one run.
 */
import { mostInKeyframe, spread, thin } from '../../src/lab/run';
import type { Keyframe, Lane, RunData } from '../../src/lab/types';

/** Rows of a run that has few lanes and few columns; figures show fewer. */
const mostRows = 240;
/** Fewest rows of a lane: enough for a curve. */
const fewestRows = 12;
/** Numbers in the rows of a file, and in its keyframes. */
const numbersInRows = 12_000;
const numbersInKeyframes = 12_000;

/** Fewer rows and keyframes; the last probes and answers stay whole. */
export function kept(run: RunData): RunData {
  const lanes = run.lanes?.length ?? 1;
  const small = (each: RunData) => smaller(each, numbersInRows / lanes, numbersInKeyframes / lanes);
  return run.lanes ? { ...run, lanes: run.lanes.map((lane) => small(lane) as Lane) } : small(run);
}

function smaller(run: RunData, inRows: number, inKeyframes: number): RunData {
  const { steps, seconds, metrics } = thin(run, rowsFor(run, inRows));
  return {
    ...run,
    steps,
    ...(seconds && { seconds }),
    metrics,
    keyframes: fewer(run.keyframes ?? [], inKeyframes),
  };
}

function rowsFor({ metrics }: RunData, numbers: number): number {
  const width = Object.values(metrics).reduce((sum, rows) => sum + (rows[0]?.length ?? 0), 0);
  return Math.max(fewestRows, Math.min(mostRows, Math.floor(numbers / Math.max(1, width))));
}

/** As many keyframes as the numbers allow, the first and the last always. */
function fewer(keyframes: Keyframe[], numbers: number): Keyframe[] {
  const each = Math.max(1, ...keyframes.map(sizeOf));
  const most = Math.max(2, Math.floor(numbers / each));
  return spread(
    keyframes.map(({ step }) => step),
    most,
  ).map((i) => keyframes[i]);
}

/** Numbers that a file keeps of a keyframe; six characters of an answer count as one. */
function sizeOf({ probes, answers }: Keyframe): number {
  const numbers = Object.values(probes).map(({ data }) => data.length);
  const small = numbers.filter((length) => length <= mostInKeyframe);
  const words = answers ? JSON.stringify(answers).length / 6 : 0;
  return small.reduce((sum, length) => sum + length, 0) + words;
}
