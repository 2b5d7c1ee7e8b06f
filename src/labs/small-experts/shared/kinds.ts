/** Which expert comes for which kind of token: what the labs read from the probe `kindMap`. */
import { percent } from '../../../lab/format';
import { meanOf } from '../../../lab/mean';
import type { ChartView, RunData } from '../../../lab/types';
import { heat } from '../../../views/heat';
import { rowsOf } from '../../../views/probes';
import { smallMultiples } from '../../../views/small-multiples';

/** An expert has a kind for its own if it comes so often when the kind is asked for. */
const own = 0.9;

/** Of each kind, how often its most faithful expert comes. */
const mostOf = (run: RunData): number[] => rowsOf(run, 'kindMap').map((row) => Math.max(...row));

/** The mean over the kinds: 1 if every kind has an expert that always comes. */
export const faithful = (run: RunData): number => meanOf(mostOf(run));

/** How many kinds have an expert that comes at least nine times in ten. */
export const ownKinds = (run: RunData): number => mostOf(run).filter((x) => x >= own).length;

/** The run with its experts put in the order of the kind that each comes for most often. */
function sorted(run: RunData): RunData {
  const rows = rowsOf(run, 'kindMap');
  if (!rows.length) return run;
  const best = rows[0].map((_, expert) => {
    const column = rows.map((row) => row[expert]);
    const kind = column.indexOf(Math.max(...column));
    return { expert, kind, rate: column[kind] };
  });
  const order = best.toSorted((a, b) => a.kind - b.kind || b.rate - a.rate);
  const data = rows.flatMap((row) => order.map(({ expert }) => row[expert]));
  return { ...run, probes: { kindMap: { shape: run.probes.kindMap.shape, data } } };
}

const asGiven = heat({
  name: 'kind-map',
  probe: 'kindMap',
  rows: { label: 'kind', names: 'numbers' },
  columns: { label: 'expert', names: 'numbers' },
  quantity: 'share of the kind’s tokens',
  to: 1,
  numbers: false,
  say: percent,
  aspect: 0.3,
  narrowAspect: 0.7,
  describe(run) {
    const all = mostOf(run);
    if (!all.length) return 'Experts by kind: nothing measured yet.';
    return `${ownKinds(run)} of ${all.length} kinds have an expert of their own, to which at least nine in ten of their tokens go. On average, the expert that a kind uses most takes ${percent(faithful(run))} of its tokens.`;
  },
});

/** Experts stand in the order of their kinds, so that a division of labour is a staircase. */
export const kindMap: ChartView = {
  ...asGiven,
  plot: (props) => asGiven.plot!({ ...props, run: sorted(props.run) }),
  table: (run) => asGiven.table(sorted(run)),
};

const shown = (run: RunData): RunData => {
  const lanes = run.lanes?.filter(({ settings }) => [1, 4].includes(Number(settings.slices)));
  return lanes ? { ...run, lanes } : run;
};

const both = smallMultiples(kindMap, {
  name: 'kind-maps',
  least: 300,
  aspect: 0.34,
  narrowAspect: 1.3,
});

/** Of a race over slices: eight experts beside 32. */
export const kindMaps: ChartView = {
  ...both,
  plot: (props) => both.plot!({ ...props, run: shown(props.run) }),
  describe: (run) => both.describe(shown(run)),
  table: (run) => both.table(shown({ ...run, lanes: run.lanes?.slice(0, 1) })),
};
