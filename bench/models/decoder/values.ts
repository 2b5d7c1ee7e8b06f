import * as transformer from '../../../src/model/networks/transformer';
import text from '../../../src/model/tasks/character-text';
import type { Params } from '../../../src/model/types';
import type { Numbers } from '../../cases/types';
import type { DecoderConfig } from './config';
import { layersOf } from './layers';

/** The dense decoder's parameters; `tokens` and `targets` [length] of the built-in text. */
export function start(
  config: DecoderConfig,
  seed: number,
): { params: Params; data: Record<string, Numbers> } {
  const { length } = config;
  const { inputs, targets } = text.sample(seed, 1, { length });
  return {
    params: transformer.init(layersOf(config), seed),
    data: {
      tokens: { shape: [length], dtype: 'int32', data: Int32Array.from(inputs) },
      targets: { shape: [length], dtype: 'int32', data: Int32Array.from(targets) },
    },
  };
}
