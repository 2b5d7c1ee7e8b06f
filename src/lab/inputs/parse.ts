/** What the readers of lists share: cutting a text up, and naming what is wrong in it. */
import { count, plain } from '../format';

/** A word of the reader's, short enough to stand in a sentence. */
export const cut = (word: string) => (word.length > 24 ? `${word.slice(0, 24)}…` : word);

export const quoted = (word: string) => `“${cut(word)}”`;

/**
 * The longest text that is read, in characters: many times what any kind of input takes, and still
 * no more than a moment's work at each key.
 */
export const longestText = 4_000_000;

/** Throws where a text is beyond all reading, before anything takes it apart. */
export function readable(text: string): string {
  if (text.length <= longestText) return text;
  throw new Error(
    `The text has ${count(text.length)} characters; at most ${count(longestText)} can be read.`,
  );
}

/** Numbers between spaces, commas, semicolons or line ends. */
export const wordsOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** A finite number from `low` to `high`. Throws a sentence that begins with `name` ("Height 4"). */
export function numberIn(word: string, name: string, [low, high]: [number, number]): number {
  const value = Number(word.replace('−', '-'));
  if (word === '' || Number.isNaN(value)) throw new Error(`${name} is ${quoted(word)}, no number.`);
  if (value < low || value > high)
    throw new Error(`${name} is ${cut(word)}; it must be from ${plain(low)} to ${plain(high)}.`);
  return value;
}

/** Throws where there are too few or too many of something. */
export function counted(number: number, [least, most]: [number, number], things: string): void {
  if (number >= least && number <= most) return;
  const wanted = least === most ? `exactly ${count(least)}` : `${count(least)} to ${count(most)}`;
  const there =
    number === 1 ? `is 1 ${things.replace(/s\b/, '')}` : `are ${count(number)} ${things}`;
  throw new Error(`There ${there}; ${wanted} can be used.`);
}

/** A number as short as `digits` significant ones allow. */
export const short = (x: number, digits = 5): string => String(Number(x.toPrecision(digits)));
