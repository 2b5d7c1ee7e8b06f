/** Error against the number of hidden units, all widths training side by side. */
import type { RunData } from '../lab/types';
import { solvedOf } from './solved';
import { sweepOf } from './sweep';

const panels = [
  {
    metric: 'losses',
    label: 'mean squared error (log scale)',
    scale: 'log' as const,
    beside: {
      words: 'kinks held still, output weights solved for',
      // As many numbers as points leave an error of rounding alone, which has no place on a log axis.
      points: (run: RunData) =>
        solvedOf(run)
          .filter(({ error }) => error > 1e-12)
          .map(({ width, error }) => ({ at: width, value: error })),
    },
  },
];
/** What the line beside is made of. */
const maybe = ['firstUnits', 'target'];

export const widthError = sweepOf({
  name: 'width-error',
  over: 'widths',
  label: 'hidden units n (log scale)',
  panels,
  maybe,
});

/** The same for a zigzag: where there are as many units as the target has corners is marked. */
export const cornersError = sweepOf({
  name: 'corners-error',
  over: 'widths',
  label: 'hidden units n (log scale)',
  panels,
  maybe,
  reads: ['target'],
  mark(run) {
    const corners = cornersOf(run);
    return corners > 1
      ? { at: corners, words: `as many units as corners (${corners})` }
      : undefined;
  },
});

/** How often the target turns from rising to falling or back. */
export function cornersOf(run: RunData): number {
  const { data = [] } = run.probes.target ?? {};
  let corners = 0;
  let before = 0;
  for (let i = 1; i < data.length; i++) {
    const now = Math.sign(data[i] - data[i - 1]);
    if (now && before && now !== before) corners++;
    if (now) before = now;
  }
  return corners;
}
