/** A text to be learnt, character by character or word by word. */
import { count } from '../format';
import { counted } from './parse';
import type { Kind } from './types';

type Text = { text: string };

/** Characters of the whole, and how many different ones: above that it is not one alphabet. */
const textLimits = { least: 1, most: 200_000, alphabet: 256 };

/**
 * One way of writing the same: composed letters, line ends as \n, no mark of the byte order, plain
 * spaces for tabs and unbreakable ones.
 */
export const normalised = (text: string): string =>
  text
    .replace(/^\ufeff/, '')
    .normalize('NFC')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(/[\t\u00a0\u202f]/g, ' ');

/** What no text has: control characters, halves of pairs, and the sign for bytes that are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const bad = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffd]|\p{Surrogate}/u;

function checked(given: string): Text {
  const text = normalised(given);
  const characters = Array.from(text);
  if (!text.trim()) throw new Error('There is no text; paste or type at least a line.');
  counted(characters.length, [textLimits.least, textLimits.most], 'characters');
  const at = characters.findIndex((character) => bad.test(character));
  if (at >= 0) throw new Error(`${placeOf(characters, at)} ${whyBad(characters[at])}`);
  const alphabet = new Set(characters).size;
  if (alphabet > textLimits.alphabet) {
    const seen = new Set<string>();
    const first = characters.findIndex(
      (character) => seen.add(character).size > textLimits.alphabet,
    );
    throw new Error(
      `The text has ${count(alphabet)} different characters; ${textLimits.alphabet} can be told apart. ${placeOf(characters, first)} is one too many: “${characters[first]}”.`,
    );
  }
  return { text };
}

/** "Character 5 of line 2". */
function placeOf(characters: string[], at: number): string {
  const before = characters.slice(0, at);
  const line = before.filter((character) => character === '\n').length + 1;
  return `Character ${count(at - before.lastIndexOf('\n'))} of line ${count(line)}`;
}

function whyBad(character: string): string {
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  if (character === '\ufffd')
    return `(${code}) stands for bytes that are no text; save the file as UTF-8.`;
  return `(${code}) cannot be shown or typed; take it out.`;
}

export default {
  kind: 'text',
  own: 'your text',
  help: `Up to ${count(textLimits.most)} characters, ${textLimits.alphabet} different ones at most. Nothing leaves this browser.`,
  write: ({ text }) => text,
  read: checked,
  encode: ({ text }) => text,
  decode: checked,
  say: ({ text }) => `${count(Array.from(text).length)} characters`,
} satisfies Kind<Text> as Kind<Text>;
