/**
 * A smooth curve under heavy noise: what an ensemble is made for. There is nothing to divide, but
 * much chance to average out.
 */
import { normals, uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { checkRows, resolve } from './rules/options';

const options = {
  noise: { kind: 'number', label: 'noise', min: 0, max: 1, default: 0.3 },
  waves: { kind: 'number', label: 'waves', min: 0.5, max: 3, default: 1 },
} as const;

/** The curve without noise: a sine of `waves` periods over [−1, 1] on a gentle slope. */
export const answer = (x: number, waves: number): number =>
  0.7 * Math.sin(Math.PI * waves * x) + 0.3 * x;

/** One number in [−1, 1] → one number. No model can fall below a squared error of noise². */
export default {
  name: 'noisy-curve',
  label: 'Noisy curve',
  kind: 'regression',
  options,
  unseen: 'other points of the same curve, with noise of their own',

  shape(given) {
    resolve(options, given);
    return { inputs: 1, outputs: 1 };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { noise, waves } = resolve(options, given);
    const next = uniforms(seed, `noisy-curve.${part}`);
    const error = normals(seed, `noisy-curve.${part}.noise`);
    const inputs = Float32Array.from({ length: rows }, () => 2 * next() - 1);
    return { rows, inputs, targets: inputs.map((x) => answer(x, waves) + noise * error()) };
  },
} satisfies Task as Task;
