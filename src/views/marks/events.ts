/** What the reader changed while training, as rules across the time axis. */
import * as Plot from '@observablehq/plot';
import type { RunData } from '../../lab/types';
import { type Along, evenly } from '../bins';

/** Width of a letter of a label, about. */
const letterWidth = 6.4;

/** Between a rule and its label. */
const gap = 5;

/**
 * `wide` are the pixels of the axis up to `last`. A label stands to the right of its rule where it
 * has room up to the next one, else to the left, else it is left out.
 */
export function events(
  run: RunData,
  last: number,
  wide: number,
  along: Along = evenly,
): Plot.Markish[] {
  const shown = run.events.slice(-6);
  const pixels = ({ step }: { step: number }) => along(step, last) * wide;
  const right: typeof shown = [];
  const left: typeof shown = [];
  let taken = 0;
  for (const [i, event] of shown.entries()) {
    const from = pixels(event);
    const length = event.words.length * letterWidth + gap;
    const until = i + 1 < shown.length ? pixels(shown[i + 1]) : wide;
    if (from + length <= until) right.push(event);
    else if (from - length >= taken) left.push(event);
    taken = right.at(-1) === event ? from + length : from;
  }
  const label = (at: typeof shown, dx: number, textAnchor: 'start' | 'end') =>
    Plot.text(at, {
      x: 'step',
      text: 'words',
      frameAnchor: 'top',
      lineAnchor: 'bottom',
      textAnchor,
      dx,
      dy: -3,
      className: 'v-events v-label',
    });
  return [
    Plot.ruleX(shown, { x: 'step', insetTop: -14, className: 'v-event' }),
    label(right, gap, 'start'),
    label(left, -gap, 'end'),
  ];
}
