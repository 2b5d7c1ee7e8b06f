/**
 * e to the power of four numbers, within two units in the last place: 2ⁿ by its bits, times e to
 * what is left, which is at most ln(2)/2 in size, as the first terms of its series.
 */
export function exp(x: v128): v128 {
  // Beyond these ends float32 has only 0 and infinity; they are stopped short of both, so that
  // 2ⁿ stays a normal number.
  const within = f32x4.max(
    f32x4.min(x, f32x4.splat(88.3762626647949)),
    f32x4.splat(-87.3365447504),
  );
  const n = f32x4.nearest(f32x4.mul(within, f32x4.splat(Mathf.LOG2E)));
  // ln(2) in two parts, of which the first times n is exact.
  let rest = f32x4.sub(within, f32x4.mul(n, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(n, f32x4.splat(-2.12194440054691e-4)));
  let sum = f32x4.splat(1.0 / 5040.0);
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.0 / 720.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.0 / 120.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.0 / 24.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.0 / 6.0));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}
