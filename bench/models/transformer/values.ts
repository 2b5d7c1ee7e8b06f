import * as transformer from '../../../src/model/networks/transformer';
import text from '../../../src/model/tasks/character-text';
import type { Params } from '../../../src/model/types';
import type { Numbers } from '../../cases/types';
import type { TransformerCase } from './config';
import { layersOf } from './layers';

/** The decoder's parameters; `tokens` and `targets` [sequences · length] of the built-in text. */
export function start(
  config: TransformerCase,
  seed: number,
): { params: Params; data: Record<string, Numbers> } {
  const { length, sequences } = config;
  const vocabulary = text.shape({ length }).words!.length;
  const { inputs, targets } = text.sample(seed, sequences, { length });
  const shape = [sequences * length];
  return {
    params: transformer.init(layersOf(config, vocabulary), seed),
    data: {
      tokens: { shape, dtype: 'int32', data: Int32Array.from(inputs) },
      targets: { shape, dtype: 'int32', data: Int32Array.from(targets) },
    },
  };
}
