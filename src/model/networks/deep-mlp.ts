/** A network of any depth and width, and how large it is. */
import { normal, uniforms } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Params } from '../types';
import type { Activation } from './mlp';

export interface DeepMlpConfig {
  inputs: number;
  /** Units of each hidden layer, from the first on; none makes it a linear map. */
  widths: number[];
  outputs: number;
  activation: Activation;
}

const activations: Record<Activation, (x: tf.Tensor) => tf.Tensor> = {
  relu: tf.relu,
  tanh: tf.tanh,
  square: tf.square,
};

/** A sentence if there is no such network. */
export function refusal({
  inputs,
  widths,
  outputs,
  activation,
}: DeepMlpConfig): string | undefined {
  if (!(activation in activations))
    return `There is no activation "${activation}"; there are ${Object.keys(activations).join(', ')}.`;
  const odd = [inputs, ...widths, outputs].find((n) => !(Number.isInteger(n) && n >= 1));
  if (odd !== undefined) return `Layers have whole numbers of units, 1 or more; one has ${odd}.`;
}

/** Name and shape of each layer's weight: [from, to]. Hidden layers are "layers.0", …, then "out". */
export function layers({ inputs, widths, outputs }: DeepMlpConfig) {
  const sizes = [inputs, ...widths, outputs];
  return sizes.slice(1).map((to, i) => ({
    name: i < widths.length ? `layers.${i}` : 'out',
    from: sizes[i],
    to,
  }));
}

/**
 * "layers.0.weight" [inputs, width], "layers.0.bias" [width], …, "out.weight", "out.bias". Weights
 * are normal with deviation √(2/from) for ReLU, 1/√from else, so that signals keep their size. The
 * first layer's kinks are spread over [low, high] in each direction: with biases of 0 a network on
 * a line would start with all its kinks in one point. Throws what `refusal` says.
 */
export function init(config: DeepMlpConfig, seed: number, [low, high] = [-1, 1]): Params {
  refuse(refusal(config));
  const gain = config.activation === 'relu' ? 2 : 1;
  const params: Params = {};
  for (const { name, from, to } of layers(config)) {
    const weight = `${name}.weight`;
    params[weight] = normal<tf.Rank.R2>([from, to], Math.sqrt(gain / from), seed, weight);
    params[`${name}.bias`] = tf.zeros([to]);
  }
  if (config.widths.length > 0) {
    const next = uniforms(seed, 'kinks');
    const centres = Float32Array.from(
      { length: config.inputs * config.widths[0] },
      () => low + (high - low) * next(),
    );
    const at = tf.tensor2d(centres, [config.inputs, config.widths[0]]);
    params['layers.0.bias'].dispose();
    params['layers.0.bias'] = tf.tidy(() =>
      tf.neg(tf.sum(tf.mul(params['layers.0.weight'], at), 0)),
    );
    at.dispose();
  }
  return params;
}

/** What every hidden layer says: x [points, inputs] → one [points, width] per layer. */
export function hidden(params: Params, x: tf.Tensor2D, config: DeepMlpConfig): tf.Tensor2D[] {
  const apply = activations[config.activation];
  let signal = x;
  return config.widths.map((_, i) => {
    signal = apply(linear(params, `layers.${i}`, signal)) as tf.Tensor2D;
    return signal;
  });
}

/** x [points, inputs] → [points, outputs]. */
export function forward(params: Params, x: tf.Tensor2D, config: DeepMlpConfig): tf.Tensor2D {
  return linear(params, 'out', hidden(params, x, config).at(-1) ?? x);
}

const linear = (params: Params, name: string, x: tf.Tensor2D): tf.Tensor2D =>
  tf.linear(x, params[`${name}.weight`], { bias: params[`${name}.bias`] });

/** Trained numbers. */
export const parameters = (config: DeepMlpConfig): number =>
  layers(config).reduce((sum, { from, to }) => sum + (from + 1) * to, 0);

/** Multiplications of one input; twice that are its floating point operations, biases aside. */
export const multiplications = (config: DeepMlpConfig): number =>
  layers(config).reduce((sum, { from, to }) => sum + from * to, 0);

/**
 * The width at which `depth` equal hidden layers come closest to a budget, for races at equal
 * size. `cost` is `parameters` or `multiplications`. At least 1.
 */
export function widthFor(
  { depth, ...config }: Omit<DeepMlpConfig, 'widths'> & { depth: number },
  budget: number,
  cost: (config: DeepMlpConfig) => number = parameters,
): number {
  const at = (width: number) => cost({ ...config, widths: Array(depth).fill(width) });
  let width = 1;
  while (at(width + 1) <= budget) width++;
  return Math.abs(at(width + 1) - budget) < Math.abs(at(width) - budget) ? width + 1 : width;
}
