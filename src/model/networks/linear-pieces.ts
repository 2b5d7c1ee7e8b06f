/** Counts the straight pieces of a ReLU network on a line, exactly, in plain numbers. */
import { type DeepMlpConfig, layers } from './deep-mlp';

/** Weights [from, to] row-major and biases by the names of `deep-mlp`, on the host. */
export type HostWeights = Record<string, ArrayLike<number>>;

/**
 * Where the network's slope changes between `low` and `high`, ascending: one more than these are
 * its straight pieces. Follows every unit from kink to kink through the layers. Throws unless the
 * network is a ReLU network of one input and one output.
 */
export function kinks(
  weights: HostWeights,
  config: DeepMlpConfig,
  low: number,
  high: number,
): number[] {
  if (config.inputs !== 1 || config.outputs !== 1 || config.activation !== 'relu')
    throw new Error('Pieces are counted for ReLU networks from one number to one number.');
  // Points between which every unit of the layer is straight, and the units' values there.
  let points = [low, high];
  let values = points.map((x) => [x]);
  for (const { name, to } of layers(config)) {
    const bias = weights[`${name}.bias`];
    const weight = weights[`${name}.weight`];
    const before = values.map((below) =>
      Array.from({ length: to }, (_, unit) =>
        below.reduce((sum, value, i) => sum + value * weight[i * to + unit], bias[unit]),
      ),
    );
    if (name === 'out') values = before;
    else ({ points, values } = rectified(points, before));
  }
  return bends(
    points,
    values.map(([y]) => y),
  );
}

/** Adds a point wherever a unit crosses 0, then cuts off what lies below. */
function rectified(points: number[], before: number[][]) {
  const at: { x: number; units: number[] }[] = [];
  points.forEach((x, i) => {
    at.push({ x, units: before[i] });
    if (i + 1 === points.length) return;
    const [here, there] = [before[i], before[i + 1]];
    const crossings = here
      .map((value, unit) => (value * there[unit] < 0 ? value / (value - there[unit]) : Number.NaN))
      .filter((share) => share > 0 && share < 1)
      .sort((a, b) => a - b);
    for (const share of crossings)
      at.push({
        x: x + share * (points[i + 1] - x),
        units: here.map((value, unit) => value + share * (there[unit] - value)),
      });
  });
  return {
    points: at.map(({ x }) => x),
    values: at.map(({ units }) => units.map((value) => Math.max(0, value))),
  };
}

/** The inner points at which the slope changes, by more than rounding. */
function bends(points: number[], y: number[]): number[] {
  const found: number[] = [];
  let slope: number | undefined;
  let last = 0;
  for (let i = 1; i < points.length; i++) {
    const run = points[i] - points[last];
    // Crossings of several units in one place are one kink.
    if (run < 1e-12 * (Math.abs(points[i]) + 1)) continue;
    const next = (y[i] - y[last]) / run;
    if (
      slope !== undefined &&
      Math.abs(next - slope) > 1e-6 * (Math.abs(slope) + Math.abs(next) + 1e-6)
    )
      found.push(points[last]);
    slope = next;
    last = i;
  }
  return found;
}
