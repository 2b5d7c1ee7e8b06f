/** Experts' line bullets in a chart. */
import * as Plot from '@observablehq/plot';
import { color, ink, isShade, letter } from './bullet';

/** A colour as it is, not a value to be given one. */
export const literal = <Datum>(value: (datum: Datum) => string) => ({ value, scale: null });

type Place = Pick<Plot.DotOptions, 'x' | 'y' | 'fx' | 'fy' | 'dx' | 'dy' | 'frameAnchor'>;

interface Bullets<Datum> extends Place {
  expert(datum: Datum): number;
  r?: number;
  /** Puts marks elsewhere once their pixels are known: `apart`, say. */
  placed?<Options>(options: Options): Options;
}

/** A disc too small for its letter has none: then the letter stands elsewhere. */
const leastLettered = 6.5;
/** Pixels: no letter is smaller. */
const leastLetter = 11;

export function bullets<Datum>(
  data: Datum[],
  { expert, r = 10.5, placed = (options) => options, ...place }: Bullets<Datum>,
): Plot.Markish[] {
  return [
    Plot.dot(
      data,
      placed({
        ...place,
        r,
        fill: literal((datum: Datum) => color(expert(datum))),
        stroke: literal((datum: Datum) => (isShade(expert(datum)) ? 'var(--ink)' : 'none')),
        strokeWidth: 1,
      }),
    ),
    Plot.text(
      r < leastLettered ? [] : data,
      placed({
        ...place,
        textAnchor: 'middle' as const,
        lineAnchor: 'middle' as const,
        text: (datum: Datum) => letter(expert(datum)),
        fill: literal((datum: Datum) => ink(expert(datum))),
        fontSize: (datum: Datum) =>
          Math.max(
            leastLetter,
            Number((r * (letter(expert(datum)).length > 1 ? 0.95 : 1.2)).toFixed(1)),
          ),
        className: 'v-bullet',
      }),
    ),
  ];
}
