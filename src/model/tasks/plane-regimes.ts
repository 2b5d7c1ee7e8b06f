/**
 * Four cells of the plane, each with a flat law of its own and jumps between them. A point belongs
 * to the nearest of four centres, so that the true borders are straight, as a linear gate's are.
 */
import { normals, uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { checkRows, resolve, shuffled } from './rules/options';

const options = {
  noise: { kind: 'number', label: 'noise', min: 0, max: 0.5, default: 0.05 },
  world: { kind: 'number', label: 'which laws', min: 1, max: 999, default: 1, integer: true },
} as const;

const corners = [
  [-0.5, -0.5],
  [0.5, -0.5],
  [-0.5, 0.5],
  [0.5, 0.5],
];

/** A law: its height at the centre of the cell, and how it slopes from there. */
export interface Cell {
  centre: number[];
  slope: number[];
  height: number;
}

export function cellsOf(world: number): Cell[] {
  const step = normals(world, 'plane-regimes.steps');
  const heights = shuffled([-1, -1 / 3, 1 / 3, 1], uniforms(world, 'plane-regimes'));
  return corners.map((corner, i) => ({
    centre: corner.map((at) => at + 0.15 * step()),
    slope: [step(), step()],
    height: heights[i],
  }));
}

/** Which cell a point lies in: that of the nearest centre. */
export function cellOf([x, y]: number[], cells: Cell[]): number {
  const far = cells.map(({ centre }) => (x - centre[0]) ** 2 + (y - centre[1]) ** 2);
  return far.indexOf(Math.min(...far));
}

/** What the laws say at a point, without noise. */
export function answer(point: number[], cells: Cell[]): number {
  const { centre, slope, height } = cells[cellOf(point, cells)];
  return height + slope[0] * (point[0] - centre[0]) + slope[1] * (point[1] - centre[1]);
}

/** A point of [−1, 1]² → one number. Groups are the cells. */
export default {
  name: 'plane-regimes',
  label: 'Flat laws in the plane, with jumps',
  kind: 'regression',
  options,
  unseen: 'other points of the same laws',

  shape(given) {
    resolve(options, given);
    return { inputs: 2, outputs: 1, groups: corners.map((_, i) => `cell ${i + 1}`) };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { noise, world } = resolve(options, given);
    const cells = cellsOf(world);
    const next = uniforms(seed, `plane-regimes.${part}`);
    const error = normals(seed, `plane-regimes.${part}.noise`);
    const points = Array.from({ length: rows }, () => [2 * next() - 1, 2 * next() - 1]);
    return {
      rows,
      inputs: Float32Array.from(points.flat()),
      targets: Float32Array.from(points, (point) => answer(point, cells) + noise * error()),
      groups: Int32Array.from(points, (point) => cellOf(point, cells)),
    };
  },
} satisfies Task as Task;
