/** What tasks share: filling in options, refusing bad ones in words, keeping parts apart. */
import { hash } from '../../../tensor/random';
import { refuse } from '../../refuse';
import type { TaskOption, TaskOptions, TaskPart } from '../../types';

type Values<O extends Record<string, TaskOption>> = {
  [K in keyof O]: O[K] extends { kind: 'number' } ? number : string;
};

/** Every option's value. Throws a sentence for an unknown name or a value out of its limits. */
export function resolve<O extends Record<string, TaskOption>>(
  options: O,
  given: TaskOptions = {},
): Values<O> {
  const stranger = Object.keys(given).find((name) => !(name in options));
  if (stranger !== undefined) {
    const known = Object.keys(options);
    throw new Error(
      `There is no option "${stranger}"; ${known.length ? `there are ${known.join(', ')}` : 'this task has none'}.`,
    );
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const value = given[name] ?? option.default;
      refuse(refusal(option, value));
      return [name, value];
    }),
  ) as Values<O>;
}

function refusal(option: TaskOption, value: number | string): string | undefined {
  const { label } = option;
  if (option.kind === 'text')
    return typeof value === 'string' ? undefined : `The option "${label}" is text, not ${value}.`;
  if (option.kind === 'choice') {
    const known = option.options.map((choice) => choice.value);
    return known.includes(String(value))
      ? undefined
      : `The option "${label}" is one of ${known.join(', ')}; it is "${value}".`;
  }
  const { min, max, integer } = option;
  if (typeof value !== 'number' || !(value >= min && value <= max))
    return `The option "${label}" goes from ${min} to ${max}; it is ${value}.`;
  if (integer && !Number.isInteger(value))
    return `The option "${label}" is a whole number from ${min} to ${max}; it is ${value}.`;
}

/** Throws if a sample would have no rows. */
export function checkRows(rows: number): void {
  if (!(Number.isInteger(rows) && rows >= 1))
    throw new Error(`A sample has a whole number of rows, 1 or more; ${rows} were asked for.`);
}

/**
 * Which part a thing belongs to, for good: one in `oneIn` is unseen. By a hash of the thing's
 * numbers, so that no list has to be kept and no seed can move it.
 */
export const partOf = (thing: Iterable<number>, oneIn: number): TaskPart =>
  mixed(thing) % oneIn === 0 ? 'unseen' : 'train';

/**
 * Of a few things as good as exactly one in `oneIn`, and never none: the first by their hashes. As
 * above, but for things that can be listed, of which chance might keep none back or nearly all.
 */
export function heldBack<T extends Iterable<number>>(things: readonly T[], oneIn: number): Set<T> {
  const order = [...things].sort((a, b) => mixed(a) - mixed(b));
  return new Set(order.slice(0, Math.max(1, Math.round(things.length / oneIn))));
}

function mixed(thing: Iterable<number>): number {
  let word = 0x9e3779b9;
  for (const number of thing) word = hash((word ^ number) >>> 0);
  return word;
}

/** A whole number from 0 to below − 1, from a source of uniform numbers. */
export const below = (next: () => number, limit: number): number => Math.floor(next() * limit);

/** The items in an order drawn from `next`; the given list stays as it is. */
export function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = below(next, i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
