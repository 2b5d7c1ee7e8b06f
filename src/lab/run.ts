/**
 * A run as it grows: frames of the engine become rows that figures draw. A run of any length
 * keeps at most 600 rows and 40 keyframes, spread evenly, with the first and the latest always
 * among them, so neither memory nor drawing grows with the training.
 */
import type { Frame } from '../engine/protocol';
import type { Settings } from '../model/experiments/types';
import type { Keyframe, RunData } from './types';

export const mostRows = 600;
export const mostKeyframes = 40;

export function startRun(settings: Settings, seed: number): RunData {
  return { settings, seed, step: 0, steps: [], metrics: {}, probes: {}, events: [], keyframes: [] };
}

/** The run with a frame's rows and probes added. The run handed in is not changed. */
export function append(run: RunData, frame: Frame): RunData {
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
  const kept = spread(steps, mostRows);
  const probed = Object.keys(frame.probes).length > 0;
  const probes = probed ? { ...run.probes, ...frame.probes } : run.probes;
  return {
    ...run,
    step: frame.step,
    steps: kept.map((i) => steps[i]),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, rows]) => [name, kept.map((i) => rows[i])]),
    ),
    probes,
    keyframes: probed ? addKeyframe(run.keyframes ?? [], frame.step, probes) : run.keyframes,
  };
}

function addKeyframe(before: Keyframe[], step: number, probes: RunData['probes']): Keyframe[] {
  const all = [...before.filter((keyframe) => keyframe.step < step), { step, probes }];
  return spread(
    all.map((keyframe) => keyframe.step),
    mostKeyframes,
  ).map((i) => all[i]);
}

/**
 * Indices of at most `most` (two or more) ascending steps, spread evenly, first and last included. The gap
 * doubles rather than grows, so that a row once kept mostly stays and a curve does not shimmer.
 */
export function spread(steps: number[], most: number): number[] {
  if (steps.length <= most) return steps.map((_, i) => i);
  const last = steps.length - 1;
  const range = steps[last] - steps[0];
  let gap = 1;
  while (range / gap > Math.max(1, most - 2)) gap *= 2;
  const kept = [0];
  for (let i = 1; i < last; i++)
    if (Math.floor(steps[i] / gap) > Math.floor(steps[kept.at(-1)!] / gap)) kept.push(i);
  return [...kept, last];
}

/** The run with a remark on the time axis. */
export function mark(run: RunData, words: string): RunData {
  return { ...run, events: [...run.events, { step: run.step, words }] };
}

/** The run as it was once `step` steps were taken: what scrubbing back and replaying show. */
export function at(run: RunData, step: number): RunData {
  if (step >= run.step) return run;
  let rows = run.steps.findIndex((recorded) => recorded > step);
  if (rows < 0) rows = run.steps.length;
  const keyframes = (run.keyframes ?? []).filter((keyframe) => keyframe.step <= step);
  const first = run.keyframes?.[0];
  return {
    ...run,
    step,
    steps: run.steps.slice(0, rows),
    metrics: Object.fromEntries(
      Object.entries(run.metrics).map(([name, all]) => [name, all.slice(0, rows)]),
    ),
    probes: (keyframes.at(-1) ?? first)?.probes ?? run.probes,
    // Not every keyframe holds answers: questions are asked less often.
    answers: keyframes.findLast(({ answers }) => answers)?.answers,
    events: run.events.filter((event) => event.step <= step),
    keyframes,
  };
}

/** The run with at most `most` rows, and without probes: enough to stand behind another run. */
export function thin<R extends RunData>(run: R, most: number): R {
  const kept = spread(run.steps, most);
  return {
    ...run,
    steps: kept.map((i) => run.steps[i]),
    ...(run.seconds && { seconds: kept.map((i) => run.seconds![i]) }),
    metrics: Object.fromEntries(
      Object.entries(run.metrics).map(([name, all]) => [name, kept.map((i) => all[i])]),
    ),
    probes: Object.fromEntries(
      // A sweep's values are small and say what its curve stands over.
      Object.entries(run.probes).filter(([, { data }]) => data.length <= 64),
    ),
    keyframes: [],
  };
}

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
const mostCharacters = 2048;

/**
 * For a file: numbers rounded to `digits` significant ones, typed arrays as plain lists, and in
 * keyframes only what is small: the rest is kept for the last step.
 */
export function compact<R extends RunData>(run: R, digits = 5): R {
  return JSON.parse(
    JSON.stringify(withSmallKeyframes(run), (_, entry) => {
      if (ArrayBuffer.isView(entry)) return Array.from(entry as Float32Array, round);
      return typeof entry === 'number' ? round(entry) : entry;
    }),
  );
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
