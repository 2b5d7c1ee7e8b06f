/** Numbers of a fixed shape: as many as the lab's own. */
import type { Numbers } from '../../model/experiments/types';
import { count } from '../format';
import { counted, numberIn, short, wordsOf } from './parse';
import type { Kind } from './types';

const most = 4096;
const range: [number, number] = [-1e9, 1e9];

function numbersOf(words: string[], like?: Numbers): Numbers {
  const size = like?.data.length;
  counted(words.length, size === undefined ? [1, most] : [size, size], 'numbers');
  const data = Float32Array.from(words, (word, i) => numberIn(word, `Number ${i + 1}`, range));
  return { shape: like?.shape ?? [data.length], data };
}

export default {
  kind: 'numbers',
  own: 'your numbers',
  help: 'As many numbers as stand here now, between spaces, commas or line ends.',

  /** The last dimension is a line. */
  write({ shape, data }) {
    const width = shape.at(-1) ?? data.length;
    const lines: string[] = [];
    for (let at = 0; at < data.length; at += Math.max(1, width))
      lines.push(Array.from(data.slice(at, at + width), (x) => short(x)).join(' '));
    return lines.join('\n');
  },

  read: (text, like) => numbersOf(wordsOf(text), like),
  encode: ({ data }) => Array.from(data, (x) => short(x)).join('_'),
  decode: (word, like) => numbersOf(word.split('_'), like),
  say: ({ data }) => `${count(data.length)} numbers`,
} satisfies Kind<Numbers> as Kind<Numbers>;
