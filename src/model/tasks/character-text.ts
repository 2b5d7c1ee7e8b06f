/** Text, character by character: a built-in one about railways, or the reader's own. */
import { uniforms } from '../../tensor/random';
import type { Task, TaskOptions } from '../types';
import { below, checkRows, resolve } from './rules/options';
import { railways } from './text/railways';

const options = {
  text: { kind: 'text', label: 'text', default: railways },
  length: { kind: 'number', label: 'length', min: 4, max: 256, default: 64, integer: true },
} as const;

/** Most different characters: above this a text is not one alphabet. */
const MOST_CHARACTERS = 256;
/** The last of so many parts of the text is never trained on. */
const PARTS = 10;

/** A text as numbers: every character that occurs is a token, in the order of their codes. */
export interface Characters {
  /** The text, one token per character. */
  tokens: Int32Array;
  /** What token i stands for. */
  words: string[];
}

/**
 * Builds the vocabulary from a text and writes the text in it. Line ends become "\n". Throws a
 * sentence for an empty text or one with more different characters than an alphabet has.
 */
export function charactersOf(text: string): Characters {
  const characters = Array.from(text.replace(/\r\n?/g, '\n'));
  if (characters.length === 0) throw new Error('There is no text; paste or type at least a line.');
  const words = [...new Set(characters)].sort();
  if (words.length > MOST_CHARACTERS)
    throw new Error(
      `The text has ${words.length} different characters; at most ${MOST_CHARACTERS} are allowed.`,
    );
  const number = new Map(words.map((word, token) => [word, token]));
  return { tokens: Int32Array.from(characters, (character) => number.get(character)!), words };
}

/** A text in tokens of a vocabulary made before (a prompt). Throws for a character not in it. */
export function encode(text: string, words: string[]): Int32Array {
  return Int32Array.from(Array.from(text), (character) => {
    const token = words.indexOf(character);
    if (token < 0)
      throw new Error(
        `The character "${character}" is not in the vocabulary: the model has never seen it.`,
      );
    return token;
  });
}

/** Tokens back to text. */
export const decode = (tokens: ArrayLike<number>, words: string[]): string =>
  Array.from(tokens, (token) => words[token]).join('');

function checked(given?: TaskOptions) {
  const { text, length } = resolve(options, given);
  const characters = charactersOf(text);
  const least = (length + 1) * PARTS;
  if (characters.tokens.length < least)
    throw new Error(
      `Sequences of ${length} need a text of at least ${least} characters, since a tenth is held back; it has ${characters.tokens.length}.`,
    );
  return { ...characters, length };
}

/** A stretch of text → at each place the next character. */
export default {
  name: 'character-text',
  label: 'Text by characters',
  kind: 'tokens',
  options,
  unseen: 'the last tenth of the text',

  shape(given) {
    const { words, length } = checked(given);
    return { inputs: length, outputs: length, words };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { tokens, length } = checked(given);
    const border = tokens.length - Math.floor(tokens.length / PARTS);
    const [first, end] = part === 'train' ? [0, border] : [border, tokens.length];
    const next = uniforms(seed, `character-text.${part}`);
    const inputs = new Int32Array(rows * length);
    const targets = new Int32Array(rows * length);
    for (let row = 0; row < rows; row++) {
      const at = first + below(next, end - first - length);
      inputs.set(tokens.subarray(at, at + length), row * length);
      targets.set(tokens.subarray(at + 1, at + length + 1), row * length);
    }
    return { rows, inputs, targets };
  },
} satisfies Task as Task;
