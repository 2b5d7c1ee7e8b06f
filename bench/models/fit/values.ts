import * as mlp from '../../../src/model/networks/mlp';
import { grid, points, sample } from '../../../src/model/tasks/curves';
import type { Params } from '../../../src/model/types';
import type { Numbers } from '../../cases/types';
import type { FitConfig } from './config';

/** The network's parameters; `x` [points, 1] and `target` [points]. */
export function start(
  { hidden, target }: FitConfig,
  seed: number,
): { params: Params; data: Record<string, Numbers> } {
  return {
    params: mlp.init({ hidden }, seed),
    data: {
      x: { shape: [points, 1], dtype: 'float32', data: grid.slice() },
      target: { shape: [points], dtype: 'float32', data: sample(target) },
    },
  };
}
