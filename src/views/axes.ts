/** The house's axes as Plot marks: hairlines, few numbers, the quantity and its unit in words. */
import * as Plot from '@observablehq/plot';
import { count, plain } from '../lab/format';

/** Below this width a figure uses its narrow layout. */
export const narrow = 520;

const hair = 'var(--hair)';

export interface Frame {
  marginLeft: number;
  marginRight: number;
  marginTop: number;
  marginBottom: number;
}

interface Axis {
  /** Quantity and unit. */
  label: string;
  /** A number as the axis says it: as short as it is exact unless said. */
  words?: (tick: number) => string;
  /** Where numbers stand; Plot chooses unless said. */
  ticks?: number[];
  /** Pixels between two numbers, about. */
  spacing?: number;
}

/** A number of an axis, without the zeros that end its decimals: "20 %", not "20.0 %". */
export const onAxis = (words: string): string =>
  words.replace(/\.(\d*?)0+(?=\D*$)/, (_, decimals: string) => (decimals ? `.${decimals}` : ''));

/** Numbers under a hairline, the quantity below them at the right end. */
export function xAxis({ label, words = plain, ticks, spacing = 90 }: Axis): Plot.Markish[] {
  return [
    Plot.frame({ anchor: 'bottom', stroke: hair }),
    Plot.axisX({
      ...(ticks ? { ticks } : { tickSpacing: spacing }),
      text: (tick: number) => onAxis(words(tick)),
      label: null,
      stroke: hair,
      tickSize: 5,
      className: 'v-axis',
    }),
    Plot.text([label], {
      frameAnchor: 'bottom-right',
      lineAnchor: 'top',
      dy: 26,
      className: 'v-axis',
    }),
  ];
}

/** Training steps along the bottom. */
export const stepAxis = (narrowed: boolean) =>
  xAxis({ label: 'training steps', words: count, spacing: narrowed ? 76 : 100 });

/** Horizontal hairlines with their numbers to the left, the quantity above them. */
export function yAxis(
  { label, words = plain, ticks, spacing = 42 }: Axis,
  { marginLeft }: Pick<Frame, 'marginLeft'>,
): Plot.Markish[] {
  const where = ticks ? { ticks } : { tickSpacing: spacing };
  return [
    Plot.gridY({ ...where, stroke: hair, strokeOpacity: 1 }),
    Plot.axisY({
      ...where,
      text: (tick: number) => onAxis(words(tick)),
      label: null,
      tickSize: 0,
      tickPadding: 8,
      className: 'v-axis',
    }),
    above(label, marginLeft),
  ];
}

/** One side of a chart of numbers, linear unless said. */
export interface Side {
  /** Quantity and unit. */
  label: string;
  scale?: 'log' | 'linear';
  say?(x: number): string;
  /** Where numbers stand; Plot chooses, or the house on a log axis, unless said. */
  ticks?: number[];
}

/** Both axes of a chart of numbers; `wide` and `tall` are the pixels of its frame. */
export function numberAxes(
  x: Side & { domain: [number, number]; wide: number },
  y: Side & { domain: [number, number]; tall: number },
  frame: Frame,
  tight: boolean,
): Plot.Markish[] {
  const chosen = ({ scale, ticks, domain }: typeof x | typeof y, most: number) =>
    ticks ?? (scale === 'log' ? logTicks(domain, most) : undefined);
  return [
    yAxis({ label: y.label, words: y.say, ticks: chosen(y, y.tall / 36) }, frame),
    xAxis({
      label: x.label,
      words: x.say,
      spacing: tight ? 76 : 100,
      ticks: chosen(x, x.wide / (tight ? 60 : 90)),
    }),
  ];
}

/** A line of text over the frame, from the picture's left edge. */
export const above = (words: string, marginLeft: number): Plot.Markish =>
  Plot.text([words], {
    frameAnchor: 'top-left',
    lineAnchor: 'bottom',
    dx: -marginLeft,
    dy: -16,
    className: 'v-axis',
  });

/**
 * Numbers for a log axis: Plot would rule every multiple of every power of ten. Of 1–9, 1-2-5, 1-3
 * and the powers alone, or every nth of them, the finest that leaves at most `most`. Undefined
 * within less than an octave or so, where Plot's even steps say more.
 */
export function logTicks([low, high]: [number, number], most: number): number[] | undefined {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const within = (exponents: number[], multiples: number[]) =>
    exponents
      .flatMap((power) => multiples.map((multiple) => Number(`${multiple}e${power}`)))
      .filter((tick) => tick >= low && tick <= high);
  const choices = [
    within(powers, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    within(powers, [1, 2, 5]),
    within(powers, [1, 3]),
    ...powers.map((_, i) =>
      within(
        powers.filter((power) => power % (i + 1) === 0),
        [1],
      ),
    ),
  ];
  const finest = choices.find((choice) => choice.length <= Math.max(2, most));
  // 0.9 stands close to 1 where 2 and 3 are far: of two that would touch, the rounder one stays.
  const apart = (a: number, b: number) => Math.abs(Math.log(a / b) / Math.log(high / low)) * most;
  const ticks: number[] = [];
  for (const tick of finest?.toSorted((a, b) => Number(isPower(b)) - Number(isPower(a))) ?? [])
    if (ticks.every((other) => apart(tick, other) > closest)) ticks.push(tick);
  return ticks.length >= 2 ? ticks.sort((a, b) => a - b) : undefined;
}

/** As a share of the room that a number has where there are as many as fit: below, they touch. */
const closest = 0.4;

const isPower = (x: number) => Number.isInteger(Math.round(Math.log10(x) * 1e9) / 1e9);
