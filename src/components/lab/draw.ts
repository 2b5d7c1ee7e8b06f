/**
 * A drawn function as a word in an address: 64 heights of 12 bits each, two characters a height.
 * What is drawn is rounded to what the word can say, so a shared link trains on the very same.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const knots = 64;
const levels = alphabet.length ** 2;
/** Heights that can be said. */
export const drawnRange: [number, number] = [-1.5, 1.5];

/** Values on an even grid → 128 characters. */
export function encodeCurve(values: ArrayLike<number>): string {
  const [low, high] = drawnRange;
  let word = '';
  for (let knot = 0; knot < knots; knot++) {
    const y = interpolate(values, knot / (knots - 1));
    const share = Math.min(1, Math.max(0, (y - low) / (high - low)));
    const level = Math.round(share * (levels - 1));
    word += alphabet[Math.floor(level / alphabet.length)] + alphabet[level % alphabet.length];
  }
  return word;
}

/** The word's function on `count` grid points; undefined where the word says none. */
export function decodeCurve(word: string, count: number): Float32Array | undefined {
  if (word.length !== 2 * knots) return undefined;
  const [low, high] = drawnRange;
  const heights: number[] = [];
  for (let i = 0; i < word.length; i += 2) {
    const [a, b] = [alphabet.indexOf(word[i]), alphabet.indexOf(word[i + 1])];
    if (a < 0 || b < 0) return undefined;
    heights.push(low + ((a * alphabet.length + b) / (levels - 1)) * (high - low));
  }
  return Float32Array.from({ length: count }, (_, i) => interpolate(heights, i / (count - 1)));
}

/** The value at a share (0 to 1) of the way along an even grid. */
export function interpolate(values: ArrayLike<number>, share: number): number {
  const place = Math.min(1, Math.max(0, share)) * (values.length - 1);
  const left = Math.min(values.length - 2, Math.floor(place));
  if (left < 0) return values[0] ?? 0;
  return values[left] + (place - left) * (values[left + 1] - values[left]);
}
