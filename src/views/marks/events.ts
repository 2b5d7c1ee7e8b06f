/** What the reader changed while training, as rules across the time axis. */
import * as Plot from '@observablehq/plot';
import type { RunData } from '../../lab/types';

/** Width of a letter of a label, about. */
const letterWidth = 6.4;

/** `wide` are the pixels of the axis from 0 to `last`. A label that has no room is left out. */
export function events(run: RunData, last: number, wide: number): Plot.Markish[] {
  const shown = run.events.slice(-6);
  const pixels = (steps: number) => (steps / last) * wide;
  const toRight = ({ step }: { step: number }) => step <= last / 2;
  const free = shown.filter((event, i) => {
    const next = shown[i + 1];
    return (
      !next || !toRight(event) || pixels(next.step - event.step) > event.words.length * letterWidth
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
