/** Functions of one variable on [−1, 1], to be fitted by station 01. Plain numbers, no tensors. */

/** Points at which a curve is sampled, evenly from −1 to 1. */
export const points = 128;

export const grid = Float32Array.from({ length: points }, (_, i) => -1 + (2 * i) / (points - 1));

/** One tent on [0, 1]: up to 1 in the middle, back to 0. Telgarsky 2016. */
const tent = (x: number) => (x < 0.5 ? 2 * x : 2 - 2 * x);

function folded(x: number, times: number): number {
  let y = (x + 1) / 2;
  for (let fold = 0; fold < times; fold++) y = tent(y);
  return 2 * y - 1;
}

export const curves: Record<string, (x: number) => number> = {
  /** Smooth, a few bends. */
  wave: (x) => 0.6 * Math.sin(Math.PI * x) + 0.35 * Math.cos(3 * Math.PI * x),
  /** Jumps: no continuous function gets there, but some come close. */
  step: (x) => (x < -0.35 ? -0.7 : x < 0.3 ? 0.75 : -0.1),
  /** The tent map folded three times: 8 straight pieces. */
  tent3: (x) => 0.9 * folded(x, 3),
  /** Folded five times: 32 straight pieces. */
  tent5: (x) => 0.9 * folded(x, 5),
  /** Faster and faster to the right. */
  chirp: (x) => 0.9 * Math.sin(2 * Math.PI * (0.5 + 1.6 * (x + 1) ** 2)),
};

/** The curve at the grid's points. Throws a sentence if there is no such curve. */
export function sample(name: string): Float32Array {
  const curve = curves[name];
  if (!curve)
    throw new Error(
      `There is no target "${name}"; there are ${Object.keys(curves).join(', ')}, or one you draw.`,
    );
  return grid.map(curve);
}
