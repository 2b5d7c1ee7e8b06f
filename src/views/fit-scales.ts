/** Where x and y stand in the figure of a curve: for the picture and the layer drawn upon. */

import type { ViewProps } from '../lab/types';
import { numbers } from '../model/experiments/types';
import { narrow } from './axes';
import { linear, type Scale } from './scale';

/** Heights the figure shows; drawn functions stay within. */
export const heights: [number, number] = [-1.5, 1.5];

/** Scales of the figure, for the layer that draws upon it too. */
export function fitScales(width: number, height: number): { x: Scale; y: Scale } {
  const tight = width < narrow;
  return {
    x: linear([-1, 1], [tight ? 34 : 44, width - (tight ? 8 : 96)], tight ? 3 : 5),
    y: linear(heights, [height - 40, 34], 4),
  };
}

export const targetOf = ({ run, inputs }: Pick<ViewProps, 'run' | 'inputs'>): ArrayLike<number> =>
  numbers(inputs, 'target')?.data ?? run.probes.target?.data ?? [];
