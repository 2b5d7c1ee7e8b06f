/** Sums of exponentials over rows, and the gradient of the cross-entropy that rests on them. */
import { exp } from './exponential';
import { addLanes, largestLane } from './lanes';
import { FOUR, NUMBER } from './layout';

/** Of each row its largest number, and the sum of e to the power of what each lies below it. */
export function sumExponentials(
  rows: usize,
  width: usize,
  x: usize,
  largest: usize,
  sums: usize,
): void {
  const bytes = width * NUMBER;
  for (let row: usize = 0; row < rows; row++) {
    const top = largestOf(x, bytes);
    const all = f32x4.splat(top);
    let four = f32x4.splat(0);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      four = f32x4.add(four, exp(f32x4.sub(v128.load(x + at), all)));
    let sum = addLanes(four);
    for (; at < bytes; at += NUMBER)
      sum += f32x4.extract_lane(exp(f32x4.sub(v128.load32_zero(x + at), all)), 0);
    store<f32>(largest + row * NUMBER, top);
    store<f32>(sums + row * NUMBER, sum);
    x += bytes;
  }
}

/**
 * to: factor · (softmax − 1 at the target) of each row, zeros if its target is none of the columns.
 * `logs` [rows]: log Σ exp of each row.
 */
export function crossEntropyGradient(
  rows: usize,
  width: usize,
  x: usize,
  targets: usize,
  logs: usize,
  factor: f32,
  to: usize,
): void {
  const bytes = width * NUMBER;
  const factors = f32x4.splat(factor);
  for (let row: usize = 0; row < rows; row++) {
    const target = load<u32>(targets + row * NUMBER) as usize; // a negative one is a large one
    if (target >= width) memory.fill(to, 0, bytes);
    else {
      const log = f32x4.splat(load<f32>(logs + row * NUMBER));
      let at: usize = 0;
      for (; at + FOUR <= bytes; at += FOUR)
        v128.store(to + at, f32x4.mul(factors, exp(f32x4.sub(v128.load(x + at), log))));
      for (; at < bytes; at += NUMBER) {
        const share = exp(f32x4.sub(v128.load32_zero(x + at), log));
        v128.store_lane<f32>(to + at, f32x4.mul(factors, share), 0);
      }
      const hit = to + target * NUMBER;
      store<f32>(hit, load<f32>(hit) - factor);
    }
    x += bytes;
    to += bytes;
  }
}

function largestOf(x: usize, bytes: usize): f32 {
  let top: f32 = -Infinity;
  let at: usize = 0;
  if (bytes >= FOUR) {
    let four = v128.load(x);
    for (at = FOUR; at + FOUR <= bytes; at += FOUR) four = f32x4.max(four, v128.load(x + at));
    top = largestLane(four);
  }
  for (; at < bytes; at += NUMBER) top = max<f32>(top, load<f32>(x + at));
  return top;
}
