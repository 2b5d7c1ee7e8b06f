/** A name at the end of each curve, in the margin, moved apart where curves end together. */
import * as Plot from '@observablehq/plot';
import { apart } from './apart';
import { literal } from './bullets';

export interface End {
  x: number;
  y: number;
  name?: string;
  /** What it says, after the name. */
  value?: string;
  /** The colour of the words. */
  fill: string;
}

/** Pixels of a letter, about. */
const letter = 6.5;

const wordsOf = ({ name, value }: Pick<End, 'name' | 'value'>) =>
  [name, value].filter(Boolean).join(' ');

/** Pixels that names need beside the frame: for the longest, but no more than a share of the width. */
export const roomFor = (all: Pick<End, 'name' | 'value'>[], width: number, share = 0.36): number =>
  Math.min(
    Math.round(width * share),
    Math.max(24, ...all.map((end) => Math.ceil(wordsOf(end).length * letter) + 14)),
  );

/** `room` is the margin: a name too long for it ends in an ellipsis, its value stays whole. */
export function ends(all: End[], room: number, dx = 7): Plot.Markish {
  const known = all.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const most = Math.floor((room - dx) / letter);
  const fitting = ({ name = '', value = '' }: End) => {
    const left = most - (value ? value.length + 1 : 0);
    const short = name.length > left ? `${name.slice(0, Math.max(1, left - 1)).trimEnd()}…` : name;
    return wordsOf({ name: short, value });
  };
  return Plot.text(
    known,
    apart(
      16,
      6,
      150,
    )({
      x: 'x',
      y: 'y',
      text: fitting,
      fill: literal(({ fill }: End) => fill),
      textAnchor: 'start' as const,
      dx,
      className: 'v-label v-on-paper',
    }),
  );
}
