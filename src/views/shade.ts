/** Numbers as shades of a colour: how full, which colour, and a strip that says so. */
import * as Plot from '@observablehq/plot';

export interface ShadeOptions {
  /** The numbers of no and of full shade; from 0 to the largest unless said. */
  from?: number;
  to?: number;
  /** A number that is neither much nor little: above and below it have colours of their own. */
  middle?: number;
}

export interface Shade {
  from: number;
  to: number;
  middle?: number;
  /** 0 to 1. */
  of(x: number): number;
  /** The colour of the side of the middle that a number is on; ink where there is no middle. */
  hue(x: number): string;
}

export function shadeOf(numbers: number[], { from = 0, to, middle }: ShadeOptions): Shade {
  const largest = Math.max(from, ...numbers.filter(Number.isFinite));
  const end = to ?? (largest > from ? largest : from + 1);
  const of = (x: number) => {
    if (middle === undefined) return (x - from) / (end - from);
    return x >= middle ? (x - middle) / (end - middle) : (middle - x) / (middle - from);
  };
  return {
    from,
    to: end,
    middle,
    of: (x) => Math.max(0, Math.min(1, of(x) || 0)),
    hue: (x) =>
      middle === undefined ? 'var(--ink)' : x >= middle ? 'var(--series-1)' : 'var(--series-2)',
  };
}

/**
 * What is read on a shade: ink on pale ones, `full` on strong ones. Colours are darker than paper in
 * one theme and lighter in the other, so each turns at a shade of its own.
 */
export const onShade = (shade: number, full: string): string => {
  if (shade < 0.55) return 'var(--ink)';
  // Over ink, paper is the clearer one from here on; over an expert's colour only in the dark.
  if (full === 'var(--paper)') return full;
  return shade < 0.75 ? `light-dark(var(--ink), ${full})` : full;
};

const steps = 6;
const square = 11;

/** Where a strip stands under its frame. */
export interface RampPlace {
  /** Pixels from the frame's foot to the middle of the strip. */
  dy?: number;
  /** Of the picture, or its panel: words that go beyond it stand on a line of their own. */
  wide?: number;
  /** From the picture's left edge to the frame: room for words that are too long otherwise. */
  left?: number;
}

/** Pixels of a number's letter and of one of words, of the squares with their margins, of a line. */
const [digit, letter, squares, line] = [6.6, 6, steps * square + 15, 17];

/** About how far a strip reaches. */
const long = (shade: Shade, say: (x: number) => string, quantity: string) =>
  say(shade.from).length * digit + squares + `${say(shade.to)}  ${quantity}`.length * letter;

/** Pixels that a strip needs below its first line. */
export const rampBelow = (
  shade: Shade,
  quantity: string,
  say: (x: number) => string,
  wide: number,
): number => (long(shade, say, quantity) > wide ? line : 0);

/** A row of squares from the least to the most, with both numbers and what they are. */
export function ramp(
  shade: Shade,
  quantity: string,
  say: (x: number) => string,
  { dy = 18, wide = Number.POSITIVE_INFINITY, left = 0 }: RampPlace = {},
): Plot.Markish[] {
  const start = say(shade.from);
  const below = rampBelow(shade, quantity, say, wide);
  const needed = long(shade, say, below ? '' : quantity);
  const back = Math.min(left, Math.max(0, needed - (wide - left)));
  const from = start.length * digit + 8 - back;
  const at = (i: number) => shade.from + ((shade.to - shade.from) * i) / (steps - 1);
  const text = (words: string, dx: number, down = 0) =>
    Plot.text([words], {
      frameAnchor: 'bottom-left',
      lineAnchor: 'middle',
      dx,
      dy: dy + down,
      className: 'v-axis',
    });
  const last = say(shade.to);
  return [
    text(start, -back),
    ...Array.from({ length: steps }, (_, i) =>
      Plot.dot([at(i)], {
        frameAnchor: 'bottom-left',
        symbol: 'square',
        r: 5.5,
        dx: from + (i + 0.5) * square,
        dy,
        fill: shade.hue(at(i)),
        fillOpacity: Number(shade.of(at(i)).toFixed(2)),
        stroke: 'var(--hair)',
        strokeWidth: 0.75,
      }),
    ),
    text(below ? last : `${last}  ${quantity}`, from + steps * square + 7),
    below ? text(quantity, -left, below) : null,
  ];
}
