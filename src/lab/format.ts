/** Numbers as a reader sees them: one place, so that a figure and its text agree. */

const nbsp = '\u00a0';

/** 1200 → "1,200". */
export const count = (n: number) => Math.round(n).toLocaleString('en-US');

/** 0.941 → "94 %", with a space that does not break. */
export const percent = (share: number, decimals = 0) =>
  Number.isFinite(share) ? `${(share * 100).toFixed(decimals)}${nbsp}%` : '–';

/** Three significant digits, exponents only where the zeros would be unreadable. */
export function value(x: number | undefined): string {
  if (x === undefined || Number.isNaN(x)) return '–';
  if (!Number.isFinite(x)) return x > 0 ? '∞' : '−∞';
  if (x === 0) return '0';
  const size = Math.abs(x);
  if (size >= 1e6 || size < 1e-3) return power(x);
  const text = size >= 1000 ? count(x) : x.toPrecision(3);
  return text.replace('-', '−');
}

/** Made once: toLocaleString with options makes one each time. */
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 10 });

/** A setting: as short as it is exact, "0.003", "65,536". */
export function plain(x: number): string {
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return power(x);
  const short = Number(x.toPrecision(6));
  return exact.format(short).replace('-', '−');
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 0.00023 → "2.3·10⁻⁴". */
function power(x: number): string {
  const [mantissa, exponent] = x.toExponential(1).split('e');
  const digits = String(Math.abs(Number(exponent)))
    .split('')
    .map((digit) => superscripts[Number(digit)])
    .join('');
  const sign = Number(exponent) < 0 ? '⁻' : '';
  const front = mantissa.replace(/\.0$/, '').replace('-', '−');
  return front === '1' ? `10${sign}${digits}` : `${front}·10${sign}${digits}`;
}

const small = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten'];

/** 2, "expert" → "Two experts". Numbers above ten stay digits. */
export function some(n: number, noun: string, plural = `${noun}s`): string {
  return `${small[n] ?? count(n)} ${n === 1 ? noun : plural}`;
}

/** "a", "a and b", "a, b and c". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** With a capital letter; nothing stays nothing. */
export const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
