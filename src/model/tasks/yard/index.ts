/**
 * The yard's text: six kinds of lines that a railway yard could write. Written for this course;
 * every line has a checker and a known probability, so that the least possible loss is known.
 */
import { uniforms } from '../../../tensor/random';
import type { TaskPart } from '../../types';
import { departures } from './departures';
import { english } from './english';
import { italian } from './italian';
import { Pen } from './pen';
import { program } from './program';
import { rhymes } from './rhymes';
import { isHeldBack, sums, termsOf } from './sums';

export const kinds = [sums, departures, program, rhymes, english, italian];

export interface Line {
  text: string;
  /** Natural logarithm of the line's probability within its kind. */
  logProbability: number;
}

/** A line of the kind of this number. Only sums hold something back: see sums.ts. */
export function lineOf(kind: number, next: () => number, part: TaskPart = 'train'): Line {
  for (;;) {
    const pen = new Pen(next);
    const text = kinds[kind].write(pen);
    const terms = kinds[kind] === sums && termsOf(text);
    if (terms && isHeldBack(...terms) !== (part === 'unseen')) continue;
    return { text, logProbability: pen.logProbability };
  }
}

/** Every character that can occur, line end and space first, in the order of their codes. */
export const characters = Array.from('\n ()+,.0123456789:;<={}abcdefghijklmnopqrstuvwyz').sort();

const number = new Map(characters.map((character, token) => [character, token]));

/** A text of the yard's characters in tokens. Throws a sentence for any other character. */
export const encode = (text: string): number[] =>
  Array.from(text, (character) => {
    const token = number.get(character);
    if (token !== undefined) return token;
    throw new Error(
      `The yard's text has no "${character}"; its characters are line end, space and ${characters.slice(2).join('')}.`,
    );
  });

/** Tokens as the characters that they stand for. */
export const decode = (tokens: ArrayLike<number>): string =>
  Array.from(tokens, (token) => characters[token]).join('');

/** Which kind a line means to be, by its form alone: whether it is right, `check` says. */
export function kindOf(line: string): number {
  if (/^[\d+=]*$/.test(line)) return 0;
  if (/^\d/.test(line) || line.includes(':')) return 1;
  if (/[(){};<]/.test(line)) return 2;
  if (/^(il|la) /.test(line)) return 5;
  return line.startsWith('the ') ? 4 : 3;
}

/**
 * Rows of length + 1 characters, one after another: a line end, then lines of one kind, the last
 * cut off. `groups` is the kind of each row.
 */
export function rowsOf(seed: number, rows: number, length: number, part: TaskPart = 'train') {
  const next = uniforms(seed, `yard.${part}`);
  const tokens = new Int32Array(rows * (length + 1));
  const groups = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const kind = Math.floor(next() * kinds.length);
    groups[row] = kind;
    let text = '\n';
    while (text.length < length + 1) text += `${lineOf(kind, next, part).text}\n`;
    tokens.set(encode(text.slice(0, length + 1)), row * (length + 1));
  }
  return { tokens, groups };
}
