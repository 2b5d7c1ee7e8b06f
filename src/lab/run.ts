/**
 * A run as it grows: frames of the engine become rows that figures draw. A run of any length
 * keeps at most 600 rows and 40 keyframes, spread evenly after the first few, with the latest always
 * among them, so neither memory nor drawing grows with the training.
 */
import type { Frame } from '../engine/protocol';
import { opens } from '../engine/rows';
import type { Plain, Settings } from '../model/experiments/types';
import { restored } from './restored';
import type { Keyframe, RunData } from './types';

export const mostRows = 600;
export const mostKeyframes = 40;

export function startRun(settings: Settings, seed: number): RunData {
  return { settings, seed, step: 0, steps: [], metrics: {}, probes: {}, events: [], keyframes: [] };
}

/** The run with a frame's rows and probes added. The run handed in is not changed. */
export function append<R extends RunData>(run: R, frame: Frame): R {
  const steps = [...run.steps];
  const metrics = Object.fromEntries(
    Object.keys({ ...run.metrics, ...frame.metrics }).map((name) => [
      name,
      [...(run.metrics[name] ?? [])],
    ]),
  );
  frame.steps.forEach((step, row) => {
    if (step <= (steps.at(-1) ?? -1)) return;
    steps.push(step);
    for (const [name, { width, data }] of Object.entries(frame.metrics))
      metrics[name].push(Array.from(data.subarray(row * width, (row + 1) * width)));
  });
  const probed = Object.keys(frame.probes).length > 0;
  const probes = probed ? { ...run.probes, ...frame.probes } : run.probes;
  const grown = { ...run, steps, metrics, ...timed(run, frame, steps) };
  return {
    ...withRows(grown, strided(steps, mostRows)),
    step: frame.step,
    probes,
    ...(probed && { keyframes: addKeyframe(run, { step: frame.step, probes }) }),
  };
}

/** Seconds at each of the steps: those between two frames are spread evenly over their steps. */
function timed(run: RunData, frame: Frame, steps: number[]): Pick<RunData, 'seconds'> {
  if (frame.seconds === undefined && !run.seconds) return {};
  const before = run.seconds ?? run.steps.map(() => 0);
  const from = before.at(-1) ?? 0;
  const gain = Math.max(0, (frame.seconds ?? from) - from);
  const since = run.steps.at(-1) ?? 0;
  const share = (step: number) => (step - since) / Math.max(1, frame.step - since);
  const added = steps.slice(before.length).map((step) => from + gain * share(step));
  return { seconds: [...before, ...added] };
}

/** The run with only the rows at these places. */
function withRows<R extends RunData>(run: R, rows: number[]): R {
  const { steps, seconds, metrics } = run;
  return {
    ...run,
    steps: rows.map((i) => steps[i]),
    ...(seconds && { seconds: rows.map((i) => seconds[i]) }),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, all]) => [name, rows.map((i) => all[i])]),
    ),
  };
}

/** Answers stand where they came: not every keyframe has any. */
function addKeyframe(run: RunData, { step, probes, answers }: Keyframe): Keyframe[] {
  const before = run.keyframes ?? [];
  const known = answers ?? before.find((keyframe) => keyframe.step === step)?.answers;
  const all = [
    ...before.filter((keyframe) => keyframe.step < step),
    { step, probes, ...(known && { answers: known }) },
  ];
  return spread(
    all.map((keyframe) => keyframe.step),
    mostKeyframes,
  ).map((i) => all[i]);
}

/** The run with the latest answer to one of the lab's questions. */
export function answered<R extends RunData>(run: R, name: string, answer: Plain): R {
  const answers = { ...run.answers, [name]: answer };
  const { step, probes } = run;
  return { ...run, answers, keyframes: addKeyframe(run, { step, probes, answers }) };
}

/** How many of `most` rows are the very first: much is decided there, and a log axis shows it. */
const earliest = (most: number): number => Math.max(1, Math.min(24, Math.floor(most / 5)));

/** Indices of at most `most` (two or more) ascending steps: all where there are no more, else strided. */
export const spread = (steps: number[], most: number): number[] =>
  steps.length <= most ? steps.map((_, i) => i) : strided(steps, most);

/**
 * Indices of at most `most` ascending steps: the very first, and then evenly to the last. The gap
 * doubles rather than grows, so that a row once kept mostly stays and a curve does not shimmer. What
 * is kept depends on the steps alone, not on how they came in: two runs of the same length have rows
 * at the same steps.
 */
function strided(steps: number[], most: number): number[] {
  if (steps.length < 3) return steps.map((_, i) => i);
  const last = steps.length - 1;
  const early = earliest(most);
  const range = steps[last] - steps[0];
  let gap = 1;
  while (range / gap > Math.max(1, most - 1 - early)) gap *= 2;
  const kept = [0];
  for (let i = 1; i < last; i++)
    if (i < early || opens(steps[i], steps[kept.at(-1)!], gap)) kept.push(i);
  return [...kept, last];
}

/** The run with a remark on the time axis. */
export function mark<R extends RunData>(run: R, words: string): R {
  return { ...run, events: [...run.events, { step: run.step, words }] };
}

/** Steps that can be looked back at: the run's own, or those of its longest lane. */
export const lengthOf = (run: RunData): number =>
  run.lanes ? Math.max(0, ...run.lanes.map(({ step }) => step)) : run.step;

/**
 * The run as it was once `step` steps were taken: what scrubbing back and replaying show. Of
 * several lanes each is shown at that step. What was found at the end is not known there.
 */
export function at<R extends RunData>(run: R, step: number): R {
  if (step >= lengthOf(run)) return run;
  const { lanes } = run;
  if (lanes) return withLanes(unfound(run), (lane) => at(lane, step));
  let rows = run.steps.findIndex((recorded) => recorded > step);
  if (rows < 0) rows = run.steps.length;
  const keyframes = (run.keyframes ?? []).filter((keyframe) => keyframe.step <= step);
  const shown = keyframes.at(-1) ?? run.keyframes?.[0];
  return {
    ...withRows(
      unfound(run),
      run.steps.slice(0, rows).map((_, i) => i),
    ),
    step,
    ...(shown && { probes: shown.probes }),
    // Not every keyframe holds answers: questions are asked less often.
    answers: keyframes.findLast(({ answers }) => answers)?.answers,
    events: run.events.filter((event) => event.step <= step),
    keyframes,
  };
}

/** Without what was found: something has changed that it may rest on. */
export function unfound<R extends RunData>(run: R): R {
  const { findings: _, ...rest } = run as R & { findings?: unknown };
  return rest as R;
}

/** The run with at most `most` rows, and without probes: enough to stand behind another run. */
export function thin<R extends RunData>(run: R, most: number): R {
  // Many lanes share the room, but a curve needs a few rows to be one.
  const each = Math.max(12, Math.floor(most / Math.max(1, run.lanes?.length ?? 1)));
  return {
    ...withRows(run, strided(run.steps, most)),
    probes: Object.fromEntries(
      // A sweep's values are small and say what its curve stands over.
      Object.entries(run.probes).filter(([, { data }]) => data.length <= 64),
    ),
    keyframes: [],
    ...(run.lanes && { lanes: run.lanes.map((lane) => thin(lane, each)) }),
  };
}

/** The run with each of its lanes changed; its own step is the sum of theirs. */
export function withLanes<R extends RunData>(
  run: R,
  change: (lane: NonNullable<RunData['lanes']>[number], place: number) => RunData,
): R {
  const lanes = (run.lanes ?? []).map((lane, place) => ({ ...lane, ...change(lane, place) }));
  return { ...run, lanes, step: lanes.reduce((sum, lane) => sum + lane.step, 0) };
}

/** The run with one lane changed, or the run itself where it has none. */
export const changeLane = <R extends RunData>(
  run: R,
  lane: number,
  change: <T extends RunData>(each: T) => T,
): R =>
  run.lanes ? withLanes(run, (each, place) => (place === lane ? change(each) : each)) : change(run);

/** A list among the facts of a run: names, sizes, what stands still. Empty without it. */
export const listOf = <T>(run: RunData, fact: string): T[] =>
  (run.facts?.[fact] ?? []) as unknown as T[];

/** The latest row of a metric; its one number for a scalar. NaN where there is none. */
export const latestRow = (run: RunData, metric: string): number[] =>
  run.metrics[metric]?.at(-1) ?? [];
export const latest = (run: RunData, metric: string): number => latestRow(run, metric)[0] ?? NaN;

/** Mean of a metric's last rows (a tenth of them unless said), column by column: less noisy. */
export function recent(run: RunData, metric: string, share = 0.1): number[] {
  const rows = run.metrics[metric] ?? [];
  const last = rows.slice(-Math.max(1, Math.round(rows.length * share)));
  return (last[0] ?? []).map((_, i) => last.reduce((sum, row) => sum + row[i], 0) / last.length);
}

/** Most numbers a probe may have, and most characters an answer, to be kept in keyframes of a file. */
export const mostInKeyframe = 512;
const mostCharacters = 8192;

/**
 * For a file: numbers rounded to `digits` significant ones, typed arrays as plain lists, and in
 * keyframes only what is small: the rest is kept for the last step.
 */
export function compact<R extends RunData>(run: R, digits = 5): R {
  const json = JSON.stringify(withSmallKeyframes(run), (_, entry) => {
    if (ArrayBuffer.isView(entry)) return Array.from(entry as Float32Array, round);
    return typeof entry === 'number' ? round(entry) : entry;
  });
  return restored(JSON.parse(json));
  function round(x: number): number {
    return Number.isInteger(x) ? x : Number(x.toPrecision(digits));
  }
}

function withSmallKeyframes<R extends RunData>(run: R): R {
  return {
    ...run,
    keyframes: run.keyframes?.map(smallKeyframe),
    ...(run.lanes && { lanes: run.lanes.map(withSmallKeyframes) }),
  };
}

function smallKeyframe({ step, probes, answers }: Keyframe): Keyframe {
  const few = Object.entries(probes).filter(([, { data }]) => data.length <= mostInKeyframe);
  const short = Object.entries(answers ?? {}).filter(
    ([, answer]) => JSON.stringify(answer).length <= mostCharacters,
  );
  return {
    step,
    probes: Object.fromEntries(few),
    ...(short.length && { answers: Object.fromEntries(short) }),
  };
}
