/** Two classes of points in the plane, in shapes that a straight cut can or cannot part. */
import { normals, uniforms } from '../../tensor/random';
import type { Sample, Task, TaskShape } from '../types';
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

/** Most points that can be drawn or pasted, and most classes. */
const MOST_POINTS = 5000;
const MOST_CLASSES = 10;

/**
 * The reader's own points. Drawn ones as [x, y, class]; classes are whole numbers from 0. Both
 * coordinates are shifted and scaled by the same amount for all, so that they fill [−1, 1].
 * Throws a sentence for no points, too many, or a class out of range.
 */
export function fromPoints(points: [number, number, number][]): {
  shape: TaskShape;
  sample: Sample;
} {
  if (points.length === 0) throw new Error('There are no points; draw or paste at least one.');
  if (points.length > MOST_POINTS)
    throw new Error(`There are ${points.length} points; at most ${MOST_POINTS} are allowed.`);
  const odd = points.find(([x, y]) => !Number.isFinite(x) || !Number.isFinite(y));
  if (odd) throw new Error(`A point needs two numbers; one is (${odd[0]}, ${odd[1]}).`);
  const stranger = points.find(
    ([, , label]) => !(Number.isInteger(label) && label >= 0 && label < MOST_CLASSES),
  );
  if (stranger)
    throw new Error(`Classes are 0 to ${MOST_CLASSES - 1}; a point has class ${stranger[2]}.`);
  const centre = [0, 1].map((axis) => {
    const along = points.map((point) => point[axis]);
    return (Math.min(...along) + Math.max(...along)) / 2;
  });
  const reach = Math.max(
    ...points.flatMap(([x, y]) => [x - centre[0], y - centre[1]].map(Math.abs)),
  );
  const inputs = Float32Array.from(
    points.flatMap(([x, y]) => [x - centre[0], y - centre[1]].map((v) => (reach ? v / reach : 0))),
  );
  const targets = Int32Array.from(points, ([, , label]) => label);
  return {
    shape: { inputs: 2, outputs: Math.max(1, ...targets) + 1 },
    sample: { rows: points.length, inputs, targets },
  };
}

/**
 * Points pasted as text, one a line: x, y and class, parted by commas, semicolons, tabs or spaces.
 * A first line of names is passed over. Throws a sentence that says which line cannot be read.
 */
export function parsePoints(text: string): [number, number, number][] {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== '');
  const isHeading = lines.length > 1 && /[a-z]/i.test(lines[0].line);
  return lines.slice(isHeading ? 1 : 0).map(({ line, number }) => {
    const fields = line.split(/[\s,;]+/).filter((field) => field !== '');
    const values = fields.map(Number);
    if (values.length !== 3 || values.some((value) => !Number.isFinite(value)))
      throw new Error(
        `Line ${number} is "${line}"; a line holds x, y and a class, as in "0.5, -1, 1".`,
      );
    return values as [number, number, number];
  });
}
