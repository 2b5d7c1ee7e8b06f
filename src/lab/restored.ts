/** JSON has no word for what is not a number: NaN is written as null, and read back here. */
import type { Findings, RunData } from './types';

type Restorable = RunData & { findings?: Findings; seeds?: { seed: number; findings: Findings }[] };

/**
 * A run out of a file or a page, with NaN where it has null for a number: a mean over null would
 * take it for 0. Facts and answers may hold null of their own and stay as they are.
 */
export function restored<R extends Restorable>(run: R): R {
  const { metrics, keyframes, lanes, seeds, findings } = run;
  return {
    ...run,
    metrics: mapped(metrics, (rows) => rows.map(numbers)),
    probes: probes(run.probes),
    ...(findings && { findings: mapped(findings, number) }),
    ...(seeds && {
      seeds: seeds.map((each) => ({ ...each, findings: mapped(each.findings, number) })),
    }),
    ...(keyframes && {
      keyframes: keyframes.map((each) => ({ ...each, probes: probes(each.probes) })),
    }),
    ...(lanes && { lanes: lanes.map(restored) }),
  };
}

const number = (value: number | null): number => value ?? Number.NaN;

/** The same list where nothing is missing: most are long, and few have a gap. */
const numbers = <Row extends ArrayLike<number>>(row: Row): Row =>
  Array.isArray(row) && row.includes(null) ? (row.map(number) as unknown as Row) : row;

const probes = (all: RunData['probes']) =>
  mapped(all, ({ shape, data }) => ({ shape, data: numbers(data) }));

const mapped = <T>(all: Record<string, T>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(all).map(([name, value]) => [name, change(value)]));
