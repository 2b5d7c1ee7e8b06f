/** One number of a run, or one for each name: what bars, dots, points and cells are made of. */
import { recent } from '../lab/run';
import type { ChartView, RunData } from '../lab/types';
import { factsOf, type Names, namesOf } from './names';
import { runsOf } from './series';

/** Where a run's number is found: a metric is the mean of its last twentieth. */
export type NumberOf =
  | { metric: string; column?: number }
  | { probe: string; at?: number }
  | { fact: string }
  | { setting: string };

/** NaN where the run has it not, or not yet. */
export function numberOf(run: RunData, of: NumberOf): number {
  if ('metric' in of) return recent(run, of.metric, 0.05)[of.column ?? 0] ?? Number.NaN;
  if ('probe' in of) return run.probes[of.probe]?.data[of.at ?? 0] ?? Number.NaN;
  const found = 'fact' in of ? run.facts?.[of.fact] : run.settings[of.setting];
  return typeof found === 'number' ? found : Number.NaN;
}

/** What is read in a run to find these. */
export function readsOfNumbers(...all: (NumberOf | undefined)[]): ChartView['reads'] {
  const names = (kind: 'metric' | 'probe' | 'fact') => [
    ...new Set(
      all.flatMap((of) => (of && kind in of ? [(of as Record<string, string>)[kind]] : [])),
    ),
  ];
  return { metrics: names('metric'), probes: names('probe'), facts: names('fact') };
}

/** A number for each name: the columns of a metric or a probe, or one of each lane. */
export type AmountsOf =
  | { metric: string; names: Names }
  | { probe: string; names: Names; low?: string; high?: string }
  | { lanes: NumberOf };

export interface Amount {
  name: string;
  value: number;
  /** Where there is an interval. */
  low?: number;
  high?: number;
  /** Place in the list: which expert, where names are experts. */
  place: number;
}

export function amountsOf(run: RunData, of: AmountsOf): Amount[] {
  if ('lanes' in of)
    return runsOf(run).map((lane, place) => ({
      name: lane.label ?? String(place + 1),
      value: numberOf(lane, of.lanes),
      place,
    }));
  const data = (probe?: string) => (probe ? run.probes[probe]?.data : undefined);
  const values = 'metric' in of ? recent(run, of.metric, 0.05) : Array.from(data(of.probe) ?? []);
  const [low, high] = 'probe' in of ? [data(of.low), data(of.high)] : [];
  return namesOf(run, of.names, values.length).map((name, place) => ({
    name,
    value: values[place],
    ...(low && high && { low: low[place], high: high[place] }),
    place,
  }));
}

export function readsOfAmounts(of: AmountsOf): ChartView['reads'] {
  if ('lanes' in of) return readsOfNumbers(of.lanes);
  const facts = factsOf(of.names);
  if ('metric' in of) return { metrics: [of.metric], facts };
  const probes = [of.probe, of.low, of.high].filter((probe) => probe !== undefined);
  return { probes, facts };
}
