import type { Kind } from './pen';

/** Sums of which neither order is ever trained on: 15 of 100. */
const heldBack = new Set(['2+7', '3+8', '4+4', '1+6', '5+9', '0+3', '6+8', '2+5']);

/** Whether no training line adds these two, in either order. */
export const isHeldBack = (a: number, b: number): boolean =>
  heldBack.has(`${Math.min(a, b)}+${Math.max(a, b)}`);

const form = /^(\d)\+(\d)=(\d{1,2})$/;

/** The two numbers of a sum. */
export function termsOf(line: string): [number, number] | undefined {
  const [, a, b] = form.exec(line) ?? [];
  return a === undefined ? undefined : [Number(a), Number(b)];
}

/** `6+9=15`: a table of a hundred, or addition. */
export const sums: Kind = {
  name: 'sums',
  write(pen) {
    const a = pen.number(0, 9);
    const b = pen.number(0, 9);
    return `${a}+${b}=${a + b}`;
  },
  check(line) {
    const [, a, b, sum] = form.exec(line) ?? [];
    return a !== undefined && Number(a) + Number(b) === Number(sum);
  },
};
