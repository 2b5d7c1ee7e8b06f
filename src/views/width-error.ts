/** Error against the number of hidden units, all widths training side by side. */
import type { RunData } from '../lab/types';
import { sweepOf } from './sweep';

const panels = [
  { metric: 'losses', label: 'mean squared error (log scale)', scale: 'log' as const },
];

export const widthError = sweepOf({
  name: 'width-error',
  over: 'widths',
  label: 'hidden units n (log scale)',
  panels,
});

/** The same for a zigzag: where there are as many units as the target has corners is marked. */
export const cornersError = sweepOf({
  name: 'corners-error',
  over: 'widths',
  label: 'hidden units n (log scale)',
  panels,
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
