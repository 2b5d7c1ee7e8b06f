/** Two spirals wound into each other: easy to see, hard to cut. */
import { normals, uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { checkRows, resolve } from './rules/options';

const options = {
  turns: { kind: 'number', label: 'turns', min: 0.5, max: 3, default: 1.5 },
  noise: { kind: 'number', label: 'noise', min: 0, max: 0.2, default: 0.02 },
} as const;

/** A point in the plane → which arm. Radius grows with the angle; the arms are half a turn apart. */
export default {
  name: 'two-spirals',
  label: 'Two spirals',
  kind: 'classes',
  options,
  unseen: 'other points of the same arms',

  shape(given) {
    resolve(options, given);
    return { inputs: 2, outputs: 2 };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { turns, noise } = resolve(options, given);
    const next = uniforms(seed, `two-spirals.${part}`);
    const error = normals(seed, `two-spirals.${part}.noise`);
    const inputs = new Float32Array(rows * 2);
    const targets = Int32Array.from({ length: rows }, (_, row) => row % 2);
    targets.forEach((arm, row) => {
      // The square root spreads points evenly along the arm; near the middle the arms would meet.
      const radius = 0.1 + 0.9 * Math.sqrt(next());
      const angle = 2 * Math.PI * turns * radius + Math.PI * arm;
      inputs[2 * row] = radius * Math.cos(angle) + noise * error();
      inputs[2 * row + 1] = radius * Math.sin(angle) + noise * error();
    });
    return { rows, inputs, targets };
  },
} satisfies Task as Task;
