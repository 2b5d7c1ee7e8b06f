/**
 * A drawn function as a word in an address: 12 bits a height, two characters each. What is drawn
 * is rounded to what the word can say, so a shared link trains on the very same.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const levels = alphabet.length ** 2;
/** Heights that can be said. */
export const drawnRange: [number, number] = [-1.5, 1.5];
const [low, high] = drawnRange;

/** Values on an even grid → twice as many characters. */
export function encodeCurve(values: ArrayLike<number>): string {
  return Array.from(values, (y) => {
    const share = Math.min(1, Math.max(0, (y - low) / (high - low)));
    const level = Math.round(share * (levels - 1));
    return alphabet[Math.floor(level / alphabet.length)] + alphabet[level % alphabet.length];
  }).join('');
}

/** The word's function on `points` grid points; undefined where the word says none. */
export function decodeCurve(word: string, points: number): Float32Array | undefined {
  if (word.length < 4 || word.length % 2) return undefined;
  const heights: number[] = [];
  for (let i = 0; i < word.length; i += 2) {
    const [a, b] = [alphabet.indexOf(word[i]), alphabet.indexOf(word[i + 1])];
    if (a < 0 || b < 0) return undefined;
    heights.push(low + ((a * alphabet.length + b) / (levels - 1)) * (high - low));
  }
  if (heights.length === points) return Float32Array.from(heights);
  return Float32Array.from({ length: points }, (_, i) => interpolate(heights, i / (points - 1)));
}

/** The value at a share (0 to 1) of the way along an even grid. */
export function interpolate(values: ArrayLike<number>, share: number): number {
  const place = Math.min(1, Math.max(0, share)) * (values.length - 1);
  const left = Math.min(values.length - 2, Math.floor(place));
  if (left < 0) return values[0] ?? 0;
  return values[left] + (place - left) * (values[left + 1] - values[left]);
}
