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

/** A row of squares from the least to the most, with both numbers and what they are. */
export function ramp(
  shade: Shade,
  quantity: string,
  say: (x: number) => string,
  dy = 18,
): Plot.Markish[] {
  const start = say(shade.from);
  const from = start.length * 6.6 + 8;
  const at = (i: number) => shade.from + ((shade.to - shade.from) * i) / (steps - 1);
  const text = (words: string, dx: number) =>
    Plot.text([words], {
      frameAnchor: 'bottom-left',
      lineAnchor: 'middle',
      dx,
      dy,
      className: 'v-axis',
    });
  return [
    text(start, 0),
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
    text(`${say(shade.to)}  ${quantity}`, from + steps * square + 7),
  ];
}
