/** Turning vectors by their positions, and joining heads that lie apart. */
import { NUMBER } from './layout';

/** Bytes of a plane's two channels. */
const PLANE: usize = 8;

/**
 * to: x [groups, size], where size is positions times width, each plane turned by the cosine and
 * the sine that `table` [size] has in its place, or turned back. `to` may be x.
 */
export function turn(
  groups: usize,
  size: usize,
  x: usize,
  table: usize,
  back: bool,
  to: usize,
): void {
  const bytes = size * NUMBER;
  const signs = back ? f32x4(1, -1, 1, -1) : f32x4(-1, 1, -1, 1);
  for (let group: usize = 0; group < groups; group++) {
    let at: usize = 0;
    for (; at + 2 * PLANE <= bytes; at += 2 * PLANE)
      v128.store(to + at, turned(v128.load(x + at), v128.load(table + at), signs));
    for (; at < bytes; at += PLANE) {
      const plane = turned(v128.load64_zero(x + at), v128.load64_zero(table + at), signs);
      v128.store_lane<f64>(to + at, plane, 0);
    }
    x += bytes;
    to += bytes;
  }
}

/** Two planes (a, b): (a cos ∓ b sin, b cos ± a sin). */
function turned(x: v128, table: v128, signs: v128): v128 {
  const cosines = v128.shuffle<f32>(table, table, 0, 0, 2, 2);
  const sines = v128.shuffle<f32>(table, table, 1, 1, 3, 3);
  const exchanged = v128.shuffle<f32>(x, x, 1, 0, 3, 2);
  return f32x4.add(f32x4.mul(x, cosines), f32x4.mul(f32x4.mul(exchanged, sines), signs));
}

/** from [sequences · heads, length, width] → to [sequences · length, heads · width]. */
export function joinHeads(
  sequences: usize,
  heads: usize,
  length: usize,
  width: usize,
  from: usize,
  to: usize,
): void {
  const bytes = width * NUMBER;
  for (let sequence: usize = 0; sequence < sequences; sequence++) {
    for (let head: usize = 0; head < heads; head++) {
      let target = to + head * bytes;
      for (let position: usize = 0; position < length; position++) {
        memory.copy(target, from, bytes);
        from += bytes;
        target += heads * bytes;
      }
    }
    to += length * heads * bytes;
  }
}
