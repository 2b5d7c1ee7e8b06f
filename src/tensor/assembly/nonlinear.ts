/**
 * Nonlinearities of experts and their gradients, four numbers at a time. What is left over at the
 * end is computed as four of which only the first is loaded and kept.
 */
import { exp } from './exponential';
import { FOUR, NUMBER } from './layout';

/** Each number, or 0 if it is negative; in place. */
export function relu(count: usize, x: usize): void {
  const end = x + count * NUMBER;
  const zero = f32x4.splat(0);
  for (; x + FOUR <= end; x += FOUR) v128.store(x, f32x4.max(v128.load(x), zero));
  for (; x < end; x += NUMBER) store<f32>(x, max<f32>(load<f32>(x), 0));
}

/** d stays where y, what ReLU gave, is above 0, and is 0 elsewhere; in place. */
export function reluGradient(count: usize, y: usize, d: usize): void {
  const end = y + count * NUMBER;
  const zero = f32x4.splat(0);
  for (; y + FOUR <= end; y += FOUR) {
    v128.store(d, v128.and(v128.load(d), f32x4.gt(v128.load(y), zero)));
    d += FOUR;
  }
  for (; y < end; y += NUMBER) {
    if (!(load<f32>(y) > 0)) store<f32>(d, 0);
    d += NUMBER;
  }
}

/** to: SiLU(a) ⊙ b. */
export function swiglu(count: usize, a: usize, b: usize, to: usize): void {
  const end = a + count * NUMBER;
  for (; a + FOUR <= end; a += FOUR) {
    const x = v128.load(a);
    v128.store(to, f32x4.mul(f32x4.mul(x, sigmoid(x)), v128.load(b)));
    b += FOUR;
    to += FOUR;
  }
  for (; a < end; a += NUMBER) {
    const x = v128.load32_zero(a);
    const y = f32x4.mul(f32x4.mul(x, sigmoid(x)), v128.load32_zero(b));
    v128.store_lane<f32>(to, y, 0);
    b += NUMBER;
    to += NUMBER;
  }
}

/** The gradients dA of a and dB of b, where d is that of SiLU(a) ⊙ b. */
export function swigluGradient(
  count: usize,
  a: usize,
  b: usize,
  d: usize,
  dA: usize,
  dB: usize,
): void {
  const end = a + count * NUMBER;
  for (; a + FOUR <= end; a += FOUR) {
    const x = v128.load(a);
    const s = sigmoid(x);
    const dy = v128.load(d);
    v128.store(dA, f32x4.mul(f32x4.mul(dy, v128.load(b)), slope(x, s)));
    v128.store(dB, f32x4.mul(dy, f32x4.mul(x, s)));
    b += FOUR;
    d += FOUR;
    dA += FOUR;
    dB += FOUR;
  }
  for (; a < end; a += NUMBER) {
    const x = v128.load32_zero(a);
    const s = sigmoid(x);
    const dy = v128.load32_zero(d);
    v128.store_lane<f32>(dA, f32x4.mul(f32x4.mul(dy, v128.load32_zero(b)), slope(x, s)), 0);
    v128.store_lane<f32>(dB, f32x4.mul(dy, f32x4.mul(x, s)), 0);
    b += NUMBER;
    d += NUMBER;
    dA += NUMBER;
    dB += NUMBER;
  }
}

function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x))));
}

/** Of SiLU at x, whose sigmoid is s. */
function slope(x: v128, s: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.mul(s, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s))));
}
