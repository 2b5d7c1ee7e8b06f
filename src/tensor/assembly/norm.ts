/** Root mean square normalisation of rows, and its gradient. */
import { addLanes } from './lanes';
import { FOUR, NUMBER } from './layout';

/** y: each row of x times its size, sizes [rows], and times `gain`. */
export function rmsNorm(
  rows: usize,
  width: usize,
  x: usize,
  gain: usize,
  epsilon: f32,
  y: usize,
  sizes: usize,
): void {
  const bytes = width * NUMBER;
  for (let row: usize = 0; row < rows; row++) {
    const size = (1 as f32) / sqrt<f32>(dot(x, x, bytes) / (width as f32) + epsilon);
    store<f32>(sizes + row * NUMBER, size);
    const all = f32x4.splat(size);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      v128.store(y + at, f32x4.mul(f32x4.mul(v128.load(x + at), all), v128.load(gain + at)));
    for (; at < bytes; at += NUMBER)
      store<f32>(y + at, load<f32>(x + at) * size * load<f32>(gain + at));
    x += bytes;
    y += bytes;
  }
}

/**
 * dx and dGain, where dy is the gradient of y, and `passed` that of x itself, or 0 if there is
 * none. `weighed` [width] is room.
 */
export function rmsNormGradient(
  rows: usize,
  width: usize,
  dy: usize,
  x: usize,
  gain: usize,
  sizes: usize,
  passed: usize,
  dx: usize,
  dGain: usize,
  weighed: usize,
): void {
  const bytes = width * NUMBER;
  memory.fill(dGain, 0, bytes);
  for (let row: usize = 0; row < rows; row++) {
    const size = load<f32>(sizes + row * NUMBER);
    const all = f32x4.splat(size);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR) {
      const slope = v128.load(dy + at);
      v128.store(weighed + at, f32x4.mul(slope, v128.load(gain + at)));
      const part = f32x4.mul(slope, f32x4.mul(v128.load(x + at), all));
      v128.store(dGain + at, f32x4.add(v128.load(dGain + at), part));
    }
    for (; at < bytes; at += NUMBER) {
      const slope = load<f32>(dy + at);
      store<f32>(weighed + at, slope * load<f32>(gain + at));
      const part = slope * (load<f32>(x + at) * size);
      store<f32>(dGain + at, load<f32>(dGain + at) + part);
    }
    // What the row's own length takes back.
    const back = (dot(weighed, x, bytes) * size * size * size) / (width as f32);
    const backs = f32x4.splat(back);
    at = 0;
    for (; at + FOUR <= bytes; at += FOUR) {
      const own = f32x4.mul(v128.load(weighed + at), all);
      let slope = f32x4.sub(own, f32x4.mul(v128.load(x + at), backs));
      if (passed) slope = f32x4.add(slope, v128.load(passed + at));
      v128.store(dx + at, slope);
    }
    for (; at < bytes; at += NUMBER) {
      let slope = load<f32>(weighed + at) * size - load<f32>(x + at) * back;
      if (passed) slope += load<f32>(passed + at);
      store<f32>(dx + at, slope);
    }
    dy += bytes;
    x += bytes;
    dx += bytes;
    if (passed) passed += bytes;
  }
}

function dot(a: usize, b: usize, bytes: usize): f32 {
  let sums = f32x4.splat(0);
  let at: usize = 0;
  for (; at + FOUR <= bytes; at += FOUR)
    sums = f32x4.add(sums, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  let sum = addLanes(sums);
  for (; at < bytes; at += NUMBER) sum += load<f32>(a + at) * load<f32>(b + at);
  return sum;
}
