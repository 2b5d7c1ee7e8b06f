/** Numbers of 16 bits (IEEE 754 binary16), by their bits: half the size of a file of weights. */

/** The largest number that 16 bits hold. */
export const largestHalf = 65504;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Rounded to the nearest, to the even one of two that are as near; too large becomes infinity. */
export function toHalf(x: number): number {
  float[0] = x;
  const sign = (bits[0] >>> 16) & 0x8000;
  const size = Math.abs(float[0]);
  if (Number.isNaN(size)) return sign | 0x7e00;
  // Half a unit beyond the largest, the nearest would be one exponent up.
  if (size >= largestHalf + 16) return sign | 0x7c00;
  // Below 2⁻¹⁴ numbers are whole multiples of 2⁻²⁴; above, of 2⁻¹⁰ of their power of two.
  const power = size < 2 ** -14 ? -14 : ((bits[0] >>> 23) % 256) - 127;
  const units = roundToEven(size / 2 ** (power - 10));
  // A number that rounds up to the next power of two carries into the exponent by itself.
  const base = size < 2 ** -14 ? 0 : (power + 15 - 1) * 1024;
  return sign | (base + units);
}

function roundToEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  return rest > 0.5 || (rest === 0.5 && down % 2) ? down + 1 : down;
}

export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
