/** Points in the plane, each with a class or none: [points, 2] or [points, 3]. */
import type { Numbers } from '../../model/experiments/types';
import { count } from '../format';
import { counted, cut, numberIn, quoted, short } from './parse';
import type { Kind } from './types';

export const limits: [number, number] = [2, 2000];
const range: [number, number] = [-1e6, 1e6];
/** Classes are counted from 0. */
export const mostClasses = 16;

/** Of one point; a line that has other than numbers, or too few or many, is refused by its place. */
function pointOf(words: string[], place: string): number[] {
  if (words.length < 2 || words.length > 3)
    throw new Error(
      `${place} has ${words.length === 1 ? 'one entry' : `${words.length} entries`}: a point is x and y, and a class if there are any, as in 0.5, -1.2, 1.`,
    );
  const [x, y] = ['x', 'y'].map((axis, i) => numberIn(words[i], `${place}: ${axis}`, range));
  if (words.length === 2) return [x, y];
  const kind = numberIn(words[2], `${place}: the class`, [0, mostClasses - 1]);
  if (!Number.isInteger(kind))
    throw new Error(`${place}: the class is ${cut(words[2])}; it must be a whole number.`);
  return [x, y, kind];
}

function together(points: number[][], things: string): Numbers {
  counted(points.length, limits, things);
  const width = points[0].length;
  const odd = points.findIndex((point) => point.length !== width);
  if (odd > 0)
    throw new Error(
      `Point ${odd + 1} has ${width === 2 ? 'a class' : 'no class'} and those before it have ${width === 2 ? 'none' : 'one'}: all or none.`,
    );
  return { shape: [points.length, width], data: Float32Array.from(points.flat()) };
}

const rowsOf = ({ shape: [rows, width], data }: Numbers): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from(data.slice(row * width, (row + 1) * width)));

export default {
  kind: 'points',
  own: 'your points',
  help: `One point a line: x, y and, if there are classes, a whole number from 0 to ${mostClasses - 1}. At most ${count(limits[1])} points.`,

  write: (input) =>
    rowsOf(input)
      .map((row) => row.map((x) => short(x)).join(', '))
      .join('\n'),

  read(text) {
    const lines = text.split(/\r\n?|\n/).map((line) => line.trim());
    // A line of names may stand above the numbers, as spreadsheets write it.
    const named = /^["']?[a-z]\w*["']?\s*[,;\t]/i.test(lines[0] ?? '');
    const points = lines.flatMap((line, i) =>
      line === '' || (named && i === 0)
        ? []
        : [pointOf(line.split(/\s*[,;]\s*|\s+/).filter(Boolean), `Line ${i + 1}`)],
    );
    return together(points, 'points');
  },

  // Letters that an address leaves as they are.
  encode: (input) =>
    rowsOf(input)
      .map((row) => row.map((x) => short(x)).join('_'))
      .join('*'),

  decode: (word) => {
    const points = word.split('*').map((each, i) => pointOf(each.split('_'), `Point ${i + 1}`));
    return together(points, `points in ${quoted(word)}`);
  },

  say({ shape: [rows, width], data }) {
    const classes = new Set(Array.from({ length: rows }, (_, i) => data[i * width + 2])).size;
    return width > 2 ? `${count(rows)} points in ${classes} classes` : `${count(rows)} points`;
  },
} satisfies Kind<Numbers> as Kind<Numbers>;
