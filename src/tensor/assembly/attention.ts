/**
 * Attention weights from scores, and the scores' gradient from that of the weights. Row i of
 * [rows, width] looks at its first `seen` + i · `more` columns; those behind them are 0.
 */
import { exp } from './exponential';
import { addLanes, largestLane } from './lanes';
import { FOUR, NUMBER } from './layout';

/** x becomes the softmax of scale · x over what each row looks at. */
export function softmaxSeen(
  rows: usize,
  width: usize,
  seen: usize,
  more: usize,
  scale: f32,
  x: usize,
): void {
  const bytes = width * NUMBER;
  const scales = f32x4.splat(scale);
  for (let row: usize = 0; row < rows; row++) {
    const end = min(seen + row * more, width) * NUMBER;
    let top: f32 = -Infinity;
    let tops = f32x4.splat(top);
    let at: usize = 0;
    for (; at + FOUR <= end; at += FOUR) {
      const scaled = f32x4.mul(v128.load(x + at), scales);
      v128.store(x + at, scaled);
      tops = f32x4.max(tops, scaled);
    }
    top = largestLane(tops);
    for (; at < end; at += NUMBER) {
      const scaled = load<f32>(x + at) * scale;
      store<f32>(x + at, scaled);
      top = max<f32>(top, scaled);
    }
    tops = f32x4.splat(top);
    let sums = f32x4.splat(0);
    at = 0;
    for (; at + FOUR <= end; at += FOUR) {
      const power = exp(f32x4.sub(v128.load(x + at), tops));
      v128.store(x + at, power);
      sums = f32x4.add(sums, power);
    }
    let sum = addLanes(sums);
    for (; at < end; at += NUMBER) {
      const power = exp(f32x4.sub(v128.load32_zero(x + at), tops));
      v128.store_lane<f32>(x + at, power, 0);
      sum += f32x4.extract_lane(power, 0);
    }
    const share = (1 as f32) / sum;
    const shares = f32x4.splat(share);
    at = 0;
    for (; at + FOUR <= end; at += FOUR) v128.store(x + at, f32x4.mul(v128.load(x + at), shares));
    for (; at < end; at += NUMBER) store<f32>(x + at, load<f32>(x + at) * share);
    memory.fill(x + end, 0, bytes - end);
    x += bytes;
  }
}

/** d, the gradient of the weights, becomes that of the scores before they were scaled. */
export function softmaxSeenGradient(
  rows: usize,
  width: usize,
  seen: usize,
  more: usize,
  scale: f32,
  weights: usize,
  d: usize,
): void {
  const bytes = width * NUMBER;
  const scales = f32x4.splat(scale);
  for (let row: usize = 0; row < rows; row++) {
    const end = min(seen + row * more, width) * NUMBER;
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at + FOUR <= end; at += FOUR)
      sums = f32x4.add(sums, f32x4.mul(v128.load(weights + at), v128.load(d + at)));
    let mean = addLanes(sums);
    for (; at < end; at += NUMBER) mean += load<f32>(weights + at) * load<f32>(d + at);
    const means = f32x4.splat(mean);
    at = 0;
    for (; at + FOUR <= end; at += FOUR) {
      const apart = f32x4.sub(v128.load(d + at), means);
      v128.store(d + at, f32x4.mul(f32x4.mul(v128.load(weights + at), apart), scales));
    }
    for (; at < end; at += NUMBER)
      store<f32>(d + at, load<f32>(weights + at) * (load<f32>(d + at) - mean) * scale);
    memory.fill(d + end, 0, bytes - end);
    weights += bytes;
    d += bytes;
  }
}
