/**
 * Numbers in [0, 1) for a lab that is computed at once, equal for equal seeds. The house's own
 * source stands on the floor of TensorFlow.js, which a page that only draws does not load. A
 * congruential generator with its bits mixed: even enough for a few thousand draws of a picture.
 */
export function fractions(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x45d9f3b) >>> 0;
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
