/** What the reader changed while training, as rules across the time axis. */
import * as Plot from '@observablehq/plot';
import type { RunData } from '../../lab/types';
import { type Along, evenly } from '../bins';

/** Width of a letter of a label, about. */
const letterWidth = 6.4;

/** `wide` are the pixels of the axis up to `last`. A label that has no room is left out. */
export function events(
  run: RunData,
  last: number,
  wide: number,
  along: Along = evenly,
): Plot.Markish[] {
  const shown = run.events.slice(-6);
  const pixels = ({ step }: { step: number }) => along(step, last) * wide;
  const toRight = (event: { step: number }) => pixels(event) <= wide / 2;
  const free = shown.filter((event, i) => {
    const next = shown[i + 1];
    return (
      !next || !toRight(event) || pixels(next) - pixels(event) > event.words.length * letterWidth
    );
  });
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
    label(free.filter(toRight), 5, 'start'),
    label(
      free.filter((event) => !toRight(event)),
      -5,
      'end',
    ),
  ];
}
