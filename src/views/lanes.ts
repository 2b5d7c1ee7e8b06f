/** A view of some lanes of a sweep, under other names where the picture says the rest. */
import type { ChartView, Lane, RunData } from '../lab/types';

interface LanesOptions {
  /** Which lanes the view shows; all unless said. */
  of?(lane: Lane): boolean;
  /** What stands beside them, to be drawn as they are: what is known without training. */
  beside?(run: RunData): Lane[];
  /** Facts that these look at, or the view’s rules. */
  facts?: string[];
  /** What a lane is called in the picture; what it is called anyway unless said. */
  called?(lane: Lane): string;
}

export function ofLanes(
  view: ChartView,
  { of, beside, facts = [], called }: LanesOptions,
): ChartView {
  const some = <R extends RunData>(run: R): R => {
    if (!run.lanes) return run;
    const own = of ? run.lanes.filter(of) : run.lanes;
    return { ...run, lanes: [...own, ...(beside?.(run) ?? [])] };
  };
  const named = <R extends RunData>(run: R): R =>
    called && run.lanes
      ? { ...run, lanes: run.lanes.map((lane) => ({ ...lane, label: called(lane) })) }
      : run;
  return {
    ...view,
    reads: { ...view.reads, facts: [...(view.reads.facts ?? []), ...facts] },
    plot: ({ run, past, ...props }) =>
      view.plot({ ...props, run: named(some(run)), past: past?.map((each) => named(some(each))) }),
    // In words and in the table every lane has its whole name.
    describe: (run, axis) => view.describe(some(run), axis),
    table: (run) => view.table(some(run)),
  };
}
