/** Numbers and their spread over seeds as the prose writes them. */
import { value as asInFigures } from '../lab/format';
import type { Spread } from '../lab/seeds';

/** `points`: a difference of two percentages. */
export const formats = ['number', 'percent', 'points'] as const;

export interface Format {
  format?: (typeof formats)[number];
  /** Percent without decimals, other numbers with 3 significant digits, unless said. */
  decimals?: number;
  /** Words after the number. */
  unit?: string;
}

/** "94 %", "0.0123", "0.97 nats" */
export function written(value: number, format: Format = {}): string {
  return bare(value, format) + after(format);
}

/** "91 to 96 %"; one number where all seeds agree to the digits that are written. */
export function rangeText(
  { low, high }: Pick<Spread, 'low' | 'high'>,
  format: Format = {},
): string {
  return between({ low, high }, format) + after(format);
}

/** "0.43 (0.41 to 0.47 over 8 seeds)", "6 (in all 8 seeds)" */
export function spreadText(spread: Spread, format: Format = {}): string {
  const { median, low, high, count } = spread;
  const all = bare(low, format) === bare(high, format);
  // Units stand once, after the median; the sign of a percentage is short enough to stand again.
  const sign = format.format === 'percent' ? signs.percent : '';
  const range = between(spread, format) + sign;
  const seeds = all ? `in all ${count} seeds` : `${range} over ${count} seeds`;
  return `${written(median, format)} (${seeds})`;
}

function between({ low, high }: Pick<Spread, 'low' | 'high'>, format: Format): string {
  const [from, to] = [bare(low, format), bare(high, format)];
  return from === to ? from : `${from} to ${to}`;
}

const signs = { number: '', percent: '\u00a0%', points: '\u00a0percentage points' };

const after = ({ format = 'number', unit }: Format) =>
  signs[format] + (unit ? `\u00a0${unit}` : '');

function bare(value: number, { format = 'number', decimals }: Format): string {
  const fixed = (x: number, digits: number) => signed(withDigits(digits, digits).format(x));
  if (format !== 'number') return fixed(value * 100, decimals ?? 0);
  if (decimals !== undefined) return fixed(value, decimals);
  if (value !== 0 && Math.abs(value) < 1e-3) return asInFigures(value);
  return signed(withDigits(0, 8).format(Number(value.toPrecision(3))));
}

/** Made once for each count of digits: making one takes many times as long as writing by it. */
const writers = new Map<string, Intl.NumberFormat>();

function withDigits(least: number, most: number): Intl.NumberFormat {
  const key = `${least}-${most}`;
  const made =
    writers.get(key) ??
    new Intl.NumberFormat('en', { minimumFractionDigits: least, maximumFractionDigits: most });
  writers.set(key, made);
  return made;
}

/** A minus sign, and none before a zero that was rounded to. */
const signed = (text: string) => text.replace(/^-(?=0(\.0+)?$)/, '').replaceAll('-', '−');
