/**
 * A run as a browser's storage may hold it, checked part by part: another version, another tab or a
 * hand may have written it. Only what is known is taken over.
 */
import type { Lane, Run, RunData } from '../lab/types';

/** Says what is wrong, to follow "because". */
class Unread extends Error {}

const refuse = (words: string): never => {
  throw new Unread(words);
};

type Fields = Record<string, unknown>;

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function record(value: unknown, name: string): Fields {
  return isRecord(value) ? value : refuse(`its ${name} are missing`);
}

/** JSON has no NaN: it was written as null. */
const number = (value: unknown, name: string): number =>
  isNumber(value) ? value : value === null ? Number.NaN : refuse(`its ${name} hold no number`);

const numbers = (value: unknown, name: string): number[] =>
  Array.isArray(value)
    ? value.map((each) => number(each, name))
    : refuse(`its ${name} are no list`);

function settingsOf(value: unknown): RunData['settings'] {
  const settings = record(value, 'settings');
  for (const [name, each] of Object.entries(settings))
    if (!['number', 'string', 'boolean'].includes(typeof each))
      refuse(`its setting ${name} is no value`);
  return settings as RunData['settings'];
}

function metricsOf(value: unknown, rows: number): RunData['metrics'] {
  return Object.fromEntries(
    Object.entries(record(value, 'metrics')).map(([name, all]) => {
      if (!Array.isArray(all) || all.length !== rows) refuse(`its metric ${name} lacks rows`);
      return [name, (all as unknown[]).map((row) => numbers(row, 'metrics'))];
    }),
  );
}

function probesOf(value: unknown): RunData['probes'] {
  return Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).map(([name, probe]) => {
      const { shape, data } = record(probe, 'probes');
      return [name, { shape: numbers(shape, 'probes'), data: numbers(data, 'probes') }];
    }),
  );
}

function eventsOf(value: unknown): RunData['events'] {
  if (!Array.isArray(value)) return refuse('its events are no list');
  return value.map((event) => {
    const { step, words } = record(event, 'events');
    return { step: number(step, 'events'), words: String(words) };
  });
}

function dataOf(run: Fields): RunData {
  const steps = numbers(run.steps, 'steps');
  if (steps.some((step, i) => i > 0 && step <= steps[i - 1])) refuse('its steps do not rise');
  const seconds = Array.isArray(run.seconds) ? numbers(run.seconds, 'seconds') : undefined;
  if (seconds && seconds.length !== steps.length) refuse('its seconds lack rows');
  return {
    settings: settingsOf(run.settings),
    seed: number(run.seed, 'seed'),
    step: number(run.step, 'step'),
    steps,
    ...(seconds && { seconds }),
    metrics: metricsOf(run.metrics, steps.length),
    probes: probesOf(run.probes),
    events: eventsOf(run.events),
    keyframes: [],
    ...(typeof run.label === 'string' && { label: run.label }),
    ...(isRecord(run.facts) && { facts: run.facts as RunData['facts'] }),
    ...(Array.isArray(run.lanes) && { lanes: run.lanes.map(laneOf) }),
  };
}

function laneOf(value: unknown): Lane {
  const lane = record(value, 'lanes');
  return { ...dataOf(lane), name: String(lane.name), label: String(lane.label) };
}

/** The run that a stored value is. Throws an Error that says what is wrong with it. */
export function readRun(value: unknown, lab: string, place: number): Run {
  const run = record(value, 'contents');
  const { id, started, findings } = run;
  return {
    ...dataOf(run),
    // Runs of an earlier version have no name.
    id: typeof id === 'string' ? id : `kept ${place}`,
    lab,
    origin: 'here',
    ...(typeof started === 'string' && { started }),
    ...(isRecord(findings) && {
      findings: Object.fromEntries(
        Object.entries(findings).map(([name, each]) => [name, number(each, 'findings')]),
      ),
    }),
  };
}
