/** A function on an even grid from −1 to 1: drawn, or given by its heights. */
import type { Numbers } from '../../model/experiments/types';
import { decodeCurve, drawnRange, encodeCurve, interpolate } from '../draw';
import { plain } from '../format';
import { counted, numberIn, short, wordsOf } from './parse';
import type { Kind } from './types';

const limits: [number, number] = [2, 1000];
const standardPoints = 128;

/** What is written is rounded to what an address can say, so a shared link trains on the same. */
function onGrid(heights: ArrayLike<number>, like?: Numbers): Numbers {
  const points = like?.data.length ?? standardPoints;
  const even = Array.from({ length: points }, (_, i) => interpolate(heights, i / (points - 1)));
  return { shape: like?.shape ?? [points], data: decodeCurve(encodeCurve(even), points)! };
}

export default {
  kind: 'curve',
  own: 'drawn by hand',
  help: `Heights from left to right, ${plain(drawnRange[0])} to ${plain(drawnRange[1])}, between spaces, commas or line ends. They are spread evenly.`,

  write: ({ data }) => Array.from(data, (y) => short(y, 3)).join(' '),

  read(text, like) {
    const words = wordsOf(text);
    counted(words.length, limits, 'heights');
    const heights = words.map((word, i) => numberIn(word, `Height ${i + 1}`, drawnRange));
    return onGrid(heights, like);
  },

  encode: ({ data }) => encodeCurve(data),

  decode(word, like) {
    const points = like?.data.length ?? standardPoints;
    const data = decodeCurve(word, points);
    if (!data)
      throw new Error('The word for the curve is cut short or has a strange letter in it.');
    return { shape: like?.shape ?? [points], data };
  },

  say: ({ data }) => `${data.length} heights`,
} satisfies Kind<Numbers> as Kind<Numbers>;
