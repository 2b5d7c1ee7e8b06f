/** Tables on the host for the systems that have no such layers of their own. */

/** [length, length]: 0 where a position may look, −1e9 at later ones. */
export const causal = (length: number): Float32Array =>
  Float32Array.from({ length: length * length }, (_, i) =>
    i % length > Math.floor(i / length) ? -1e9 : 0,
  );

/** [length, width / 2]: cosine and sine of each plane's angle at each position. */
export function rotation(length: number, width: number): { cos: Float32Array; sin: Float32Array } {
  const planes = width / 2;
  const angles = Array.from(
    { length: length * planes },
    (_, i) => Math.floor(i / planes) * 10_000 ** ((-2 * (i % planes)) / width),
  );
  return { cos: Float32Array.from(angles, Math.cos), sin: Float32Array.from(angles, Math.sin) };
}
