/** The tent map applied again and again: each fold doubles the teeth. Rewards depth. telgarsky2016. */
import { uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { below, checkRows, resolve } from './rules/options';

const options = {
  folds: { kind: 'number', label: 'folds', min: 1, max: 10, default: 4, integer: true },
} as const;

/** Inputs are multiples of this, so that every fold is exact in float32. */
const STEP = 2 ** -14;

/** T(x) = 2x up to ½, 2 − 2x from there, applied `folds` times. x in [0, 1]. */
export function answer(x: number, folds: number): number {
  let y = x;
  for (let fold = 0; fold < folds; fold++) y = y <= 0.5 ? 2 * y : 2 - 2 * y;
  return y;
}

/** One number in [0, 1] → one number in [0, 1]. Answering ½ has a squared error of 1/12. */
export default {
  name: 'tent-map',
  label: 'Folded tent',
  source: 'telgarsky2016',
  kind: 'regression',
  options,
  unseen: 'other points of the same curve',

  shape(given) {
    resolve(options, given);
    return { inputs: 1, outputs: 1 };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { folds } = resolve(options, given);
    const next = uniforms(seed, `tent-map.${part}`);
    const inputs = Float32Array.from({ length: rows }, () => below(next, 1 / STEP + 1) * STEP);
    return { rows, inputs, targets: inputs.map((x) => answer(x, folds)) };
  },
} satisfies Task as Task;
