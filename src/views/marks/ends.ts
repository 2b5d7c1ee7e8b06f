/** A name at the end of each curve, in the margin, moved apart where curves end together. */
import * as Plot from '@observablehq/plot';
import { apart } from './apart';
import { literal } from './bullets';

export interface End {
  x: number;
  y: number;
  words: string;
  /** The colour of the words. */
  fill: string;
}

/** Pixels that names need beside the frame: for the longest, but no more than a share of the width. */
export const roomFor = (words: string[], width: number, share = 0.36): number =>
  Math.min(
    Math.round(width * share),
    Math.max(24, ...words.map((each) => Math.ceil(each.length * 6.5) + 14)),
  );

/** `room` is the margin; a name too long for it ends in an ellipsis and keeps its whole as a title. */
export function ends(all: End[], room: number, dx = 7): Plot.Markish {
  const known = all.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  return Plot.text(
    known,
    apart(
      16,
      6,
    )({
      x: 'x',
      y: 'y',
      text: 'words',
      fill: literal(({ fill }: End) => fill),
      textAnchor: 'start' as const,
      dx,
      lineWidth: (room - dx) / 12.5,
      textOverflow: 'ellipsis' as const,
      className: 'v-label',
    }),
  );
}
