/**
 * Gradients through the gates of the chosen experts, added to d, [rows, width] like all others.
 * Lengths count numbers, addresses count bytes.
 */
import { addLanes } from './lanes';
import { FOUR, NUMBER } from './layout';

/**
 * Gates that are factor · score, or if `normalised` that divided by the sum of the chosen ones'
 * scores: d of the scores.
 */
export function gatesGradient(
  rows: usize,
  width: usize,
  scores: usize,
  mask: usize,
  dGates: usize,
  normalised: bool,
  factor: f32,
  d: usize,
): void {
  const bytes = width * NUMBER;
  const zero = f32x4.splat(0);
  for (let row: usize = 0; row < rows; row++) {
    let total: f32 = 1;
    let mean: f32 = 0;
    let at: usize = 0;
    if (normalised) {
      let totals = zero;
      let means = zero;
      for (; at + FOUR <= bytes; at += FOUR) {
        const chosen = f32x4.ne(v128.load(mask + at), zero);
        const score = v128.and(chosen, v128.load(scores + at));
        totals = f32x4.add(totals, score);
        means = f32x4.add(means, f32x4.mul(score, v128.and(chosen, v128.load(dGates + at))));
      }
      total = addLanes(totals) + <f32>1e-18;
      mean = addLanes(means);
      for (; at < bytes; at += NUMBER) {
        if (load<f32>(mask + at) === 0) continue;
        total += load<f32>(scores + at);
        mean += load<f32>(scores + at) * load<f32>(dGates + at);
      }
      mean /= total;
    }
    const share = factor / total;
    const shares = f32x4.splat(share);
    const means = f32x4.splat(mean);
    for (at = 0; at + FOUR <= bytes; at += FOUR) {
      const chosen = f32x4.ne(v128.load(mask + at), zero);
      const slope = f32x4.mul(shares, f32x4.sub(v128.load(dGates + at), means));
      v128.store(d + at, f32x4.add(v128.load(d + at), v128.and(chosen, slope)));
    }
    for (; at < bytes; at += NUMBER)
      if (load<f32>(mask + at) !== 0)
        store<f32>(d + at, load<f32>(d + at) + share * (load<f32>(dGates + at) - mean));
    scores += bytes;
    mask += bytes;
    dGates += bytes;
    d += bytes;
  }
}

/** Gates that are factor · the softmax of the chosen ones' logits: d of the logits. */
export function softmaxGatesGradient(
  rows: usize,
  width: usize,
  gates: usize,
  dGates: usize,
  factor: f32,
  d: usize,
): void {
  const bytes = width * NUMBER;
  for (let row: usize = 0; row < rows; row++) {
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at + FOUR <= bytes; at += FOUR)
      sums = f32x4.add(sums, f32x4.mul(v128.load(gates + at), v128.load(dGates + at)));
    let mean = addLanes(sums);
    for (; at < bytes; at += NUMBER) mean += load<f32>(gates + at) * load<f32>(dGates + at);
    // Before the factor, the gates are a softmax.
    if (factor !== 0) mean /= factor;
    const means = f32x4.splat(mean);
    for (at = 0; at + FOUR <= bytes; at += FOUR) {
      const slope = f32x4.mul(v128.load(gates + at), f32x4.sub(v128.load(dGates + at), means));
      v128.store(d + at, f32x4.add(v128.load(d + at), slope));
    }
    for (; at < bytes; at += NUMBER) {
      const slope = load<f32>(gates + at) * (load<f32>(dGates + at) - mean);
      store<f32>(d + at, load<f32>(d + at) + slope);
    }
    gates += bytes;
    dGates += bytes;
    d += bytes;
  }
}
