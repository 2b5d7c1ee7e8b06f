/** One step of an optimizer for the numbers of one parameter, four at a time. */
import { FOUR, NUMBER } from './layout';

/** moved: p − rate · g. */
export function sgd(count: usize, p: usize, g: usize, rate: f32, moved: usize): void {
  const end = p + count * NUMBER;
  const rates = f32x4.splat(rate);
  for (; p + FOUR <= end; p += FOUR) {
    v128.store(moved, f32x4.sub(v128.load(p), f32x4.mul(rates, v128.load(g))));
    g += FOUR;
    moved += FOUR;
  }
  for (; p < end; p += NUMBER) {
    store<f32>(moved, load<f32>(p) - rate * load<f32>(g));
    g += NUMBER;
    moved += NUMBER;
  }
}

/** next: what stays of the velocity, plus g; moved: p − rate · next. */
export function momentum(
  count: usize,
  p: usize,
  g: usize,
  velocity: usize,
  stays: f32,
  rate: f32,
  moved: usize,
  next: usize,
): void {
  const end = p + count * NUMBER;
  const shares = f32x4.splat(stays);
  const rates = f32x4.splat(rate);
  for (; p + FOUR <= end; p += FOUR) {
    const now = f32x4.add(f32x4.mul(v128.load(velocity), shares), v128.load(g));
    v128.store(next, now);
    v128.store(moved, f32x4.sub(v128.load(p), f32x4.mul(rates, now)));
    g += FOUR;
    velocity += FOUR;
    next += FOUR;
    moved += FOUR;
  }
  for (; p < end; p += NUMBER) {
    const now = load<f32>(velocity) * stays + load<f32>(g);
    store<f32>(next, now);
    store<f32>(moved, load<f32>(p) - rate * now);
    g += NUMBER;
    velocity += NUMBER;
    next += NUMBER;
    moved += NUMBER;
  }
}

/**
 * Adam: `mean` and `square` are the running means of g and of its square, of which the shares
 * `stays1` and `stays2` remain and to which `gain1` and `gain2` are added; `lost` is the share of
 * p that decays.
 */
export function adam(
  count: usize,
  p: usize,
  g: usize,
  mean: usize,
  square: usize,
  stays1: f32,
  gain1: f32,
  stays2: f32,
  gain2: f32,
  rate: f32,
  epsilon: f32,
  lost: f32,
  moved: usize,
  nextMean: usize,
  nextSquare: usize,
): void {
  let rest = count;
  for (; rest >= 4; rest -= 4) {
    const slope = v128.load(g);
    const first = f32x4.add(
      f32x4.mul(v128.load(mean), f32x4.splat(stays1)),
      f32x4.mul(slope, f32x4.splat(gain1)),
    );
    const second = f32x4.add(
      f32x4.mul(v128.load(square), f32x4.splat(stays2)),
      f32x4.mul(f32x4.mul(slope, slope), f32x4.splat(gain2)),
    );
    const size = f32x4.add(f32x4.sqrt(second), f32x4.splat(epsilon));
    const step = f32x4.mul(f32x4.splat(rate), f32x4.div(first, size));
    const own = v128.load(p);
    const kept = f32x4.sub(own, f32x4.mul(f32x4.splat(lost), own));
    v128.store(moved, f32x4.sub(kept, step));
    v128.store(nextMean, first);
    v128.store(nextSquare, second);
    p += FOUR;
    g += FOUR;
    mean += FOUR;
    square += FOUR;
    moved += FOUR;
    nextMean += FOUR;
    nextSquare += FOUR;
  }
  for (; rest > 0; rest--) {
    const slope = load<f32>(g);
    const first = load<f32>(mean) * stays1 + slope * gain1;
    const second = load<f32>(square) * stays2 + slope * slope * gain2;
    const step = rate * (first / (sqrt<f32>(second) + epsilon));
    const own = load<f32>(p);
    store<f32>(moved, own - lost * own - step);
    store<f32>(nextMean, first);
    store<f32>(nextSquare, second);
    p += NUMBER;
    g += NUMBER;
    mean += NUMBER;
    square += NUMBER;
    moved += NUMBER;
    nextMean += NUMBER;
    nextSquare += NUMBER;
  }
}
