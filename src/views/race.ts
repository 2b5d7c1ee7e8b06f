/**
 * A race: one curve a lane, over steps, operations or seconds, and who leads where all have been.
 * The same lanes may be in another order on another axis: that is what the axis is switched for.
 */
import { value } from '../lab/format';
import type { Axis, ChartView, RunData } from '../lab/types';
import { type CurvesOptions, curves } from './curves';
import { axisOf, progress } from './progress';
import { type Curve, curvesOf, type Of, runsOf } from './series';

interface RaceOptions extends CurvesOptions {
  /** What wins: `low` unless said. */
  better?: 'low' | 'high';
}

export interface Standing {
  name: string;
  value: number;
}

export function race({ better = 'low', ...options }: RaceOptions): ChartView {
  const { say = value, of, label } = options;
  return {
    ...curves(options),
    describe(run, asked) {
      const axis = axisOf(runsOf(run), asked);
      const { at, order } = standings(run, of, axis, better);
      if (!order.length) return `${label}: nobody has started yet.`;
      const [first, ...others] = order.map((each) => `${each.name} (${say(each.value)})`);
      const place = `After ${progress[axis].words(at)} ${progress[axis].noun}`;
      return `${label}. ${place} ${first} leads${others.length ? `, before ${others.join(', ')}` : ''}.`;
    },
  };
}

/** Who stands where at the farthest place that all lanes have reached; the best first. */
export function standings(
  run: RunData,
  of: Of,
  axis: Axis,
  better: 'low' | 'high' = 'low',
): { at: number; order: Standing[] } {
  const last = Math.max(1, ...runsOf(run).map(({ step }) => step));
  const curves = curvesOf(run, of, axis, last, 400).filter(({ values }) => values.length);
  const at = Math.min(...curves.map((curve) => curve.at.at(-1)!));
  const order = curves
    .map((curve) => ({ name: curve.name, value: valueAt(curve, at) }))
    .sort((a, b) => (better === 'low' ? a.value - b.value : b.value - a.value));
  return { at, order };
}

/** On the straight line between the points beside it. */
function valueAt({ at, values }: Curve, place: number): number {
  const after = at.findIndex((x) => x >= place);
  if (after <= 0) return values[Math.max(0, after)];
  const share = (place - at[after - 1]) / (at[after] - at[after - 1]);
  return values[after - 1] + share * (values[after] - values[after - 1]);
}
