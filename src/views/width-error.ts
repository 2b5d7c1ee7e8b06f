/** Error against the number of hidden units, all widths training side by side. */
import type { RunData } from '../lab/types';
import { type Panel, sweepOf } from './sweep';

/** Errors by width that need no training; a lab computes them, the figure draws them. */
type Solved = (run: RunData) => { at: number; value: number }[];

const panels = (solved: Solved): Panel[] => [
  {
    metric: 'losses',
    label: 'mean squared error (log scale)',
    scale: 'log',
    beside: { words: 'kinks held still, output weights solved for', points: solved },
  },
];
/** What the line beside is made of. */
const maybe = ['firstUnits', 'target'];

export const widthError = (solved: Solved) =>
  sweepOf({
    name: 'width-error',
    over: 'widths',
    label: 'hidden units n (log scale)',
    panels: panels(solved),
    maybe,
  });

/** The same for a zigzag: where there are as many units as the target has corners is marked. */
export const cornersError = (solved: Solved) =>
  sweepOf({
    name: 'corners-error',
    over: 'widths',
    label: 'hidden units n (log scale)',
    panels: panels(solved),
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
