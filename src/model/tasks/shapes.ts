/** Two classes of points in the plane, in shapes that a straight cut can or cannot part. */
import { normals, uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { below, checkRows, resolve } from './rules/options';

const options = {
  shape: {
    kind: 'choice',
    label: 'shape',
    options: [
      { value: 'halves', label: 'two halves' },
      { value: 'disc', label: 'disc and ring' },
      { value: 'squares', label: 'chessboard' },
      { value: 'moons', label: 'two moons' },
    ],
    default: 'moons',
  },
  noise: { kind: 'number', label: 'noise', min: 0, max: 0.5, default: 0.08 },
} as const;

/** One point of a class, without noise, both coordinates within [−1, 1]. */
type Draw = (label: number, next: () => number) => [number, number];

const shapes: Record<string, Draw> = {
  /** Class 1 lies above the diagonal y = x. */
  halves(label, next) {
    const [a, b] = [2 * next() - 1, 2 * next() - 1];
    const above = label === 1;
    return b > a === above ? [a, b] : [b, a];
  },
  /** Class 1 lies within ½ of the origin, class 0 beyond 0.6. */
  disc(label, next) {
    const radius = label === 1 ? 0.5 * Math.sqrt(next()) : 0.6 + 0.4 * next();
    const angle = 2 * Math.PI * next();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  /** Sixteen squares of side ½, class 1 where column + row is even. */
  squares(label, next) {
    const column = below(next, 4);
    const row = 2 * below(next, 2) + ((column + 1 + label) % 2);
    return [-1 + (column + next()) / 2, -1 + (row + next()) / 2];
  },
  /** Half circles of radius 0.6: class 0 opens downwards, class 1 upwards into it. */
  moons(label, next) {
    const angle = Math.PI * next();
    const [across, up] = [0.6 * Math.cos(angle), 0.6 * Math.sin(angle)];
    return label === 0 ? [across - 0.3, up - 0.15] : [across + 0.3, 0.15 - up];
  },
};

/** A point in the plane → one of two classes, equally many of each but for one. */
export default {
  name: 'shapes',
  label: 'Shapes in the plane',
  kind: 'classes',
  options,
  unseen: 'other points of the same shape',

  shape(given) {
    resolve(options, given);
    return { inputs: 2, outputs: 2 };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { shape, noise } = resolve(options, given);
    const next = uniforms(seed, `shapes.${part}`);
    const error = normals(seed, `shapes.${part}.noise`);
    const inputs = new Float32Array(rows * 2);
    const targets = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      targets[row] = row % 2;
      const point = shapes[shape](row % 2, next);
      inputs.set(
        point.map((value) => value + noise * error()),
        2 * row,
      );
    }
    return { rows, inputs, targets };
  },
} satisfies Task as Task;
