/**
 * Clusters of points along a line, each with a straight law of its own and jumps between them:
 * what a mixture of linear experts is made for. A single smooth network has to bend at every jump.
 */
import { normals, uniforms } from '../../tensor/random';
import type { Task } from '../types';
import { below, checkRows, resolve, shuffled } from './rules/options';

const options = {
  pieces: { kind: 'number', label: 'stretches', min: 2, max: 8, default: 4, integer: true },
  gap: { kind: 'number', label: 'empty share between stretches', min: 0, max: 0.9, default: 0 },
  noise: { kind: 'number', label: 'noise', min: 0, max: 0.5, default: 0.05 },
  world: { kind: 'number', label: 'which laws', min: 1, max: 999, default: 1, integer: true },
} as const;

/** The law of one stretch: its slope, and its height in the middle. */
export interface Law {
  slope: number;
  height: number;
}

/** The laws of `pieces` equal stretches of [−1, 1], from left to right. */
export function laws(pieces: number, world: number): Law[] {
  const next = uniforms(world, 'regimes');
  // Heights spread evenly and shuffled, so that neighbours differ; slopes of both signs.
  const heights = shuffled(
    Array.from({ length: pieces }, (_, i) => -1 + (2 * i) / (pieces - 1)),
    next,
  );
  return heights.map((height, i) => ({
    height,
    slope: (i % 2 ? -1 : 1) * (0.3 + 0.5 * next()) * pieces,
  }));
}

/** Which stretch x lies in, from 0. x in [−1, 1]. */
export const stretchOf = (x: number, pieces: number): number =>
  Math.min(pieces - 1, Math.floor(((x + 1) / 2) * pieces));

/** What the laws say at x, without noise. */
export function answer(x: number, all: Law[]): number {
  const stretch = stretchOf(x, all.length);
  const { slope, height } = all[stretch];
  return height + slope * (x - (-1 + (2 * stretch + 1) / all.length));
}

/** One number in [−1, 1] → one number. Groups are the stretches. */
export default {
  name: 'regimes',
  label: 'Straight laws with jumps',
  kind: 'regression',
  options,
  unseen: 'other points of the same laws',

  shape(given) {
    const { pieces } = resolve(options, given);
    const groups = Array.from({ length: pieces }, (_, i) => `stretch ${i + 1}`);
    return { inputs: 1, outputs: 1, groups };
  },

  sample(seed, rows, given, part = 'train') {
    checkRows(rows);
    const { pieces, gap, noise, world } = resolve(options, given);
    const all = laws(pieces, world);
    const next = uniforms(seed, `regimes.${part}`);
    const error = normals(seed, `regimes.${part}.noise`);
    const inputs = Float32Array.from({ length: rows }, () => {
      const stretch = below(next, pieces);
      const within = 0.5 + (next() - 0.5) * (1 - gap); // of the stretch, its middle part
      return -1 + (2 * (stretch + within)) / pieces;
    });
    return {
      rows,
      inputs,
      targets: inputs.map((x) => answer(x, all) + noise * error()),
      groups: Int32Array.from(inputs, (x) => stretchOf(x, pieces)),
    };
  },
} satisfies Task as Task;
