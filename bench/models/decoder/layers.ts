/** The dense decoder in the library's words. */
import { BASE } from '../../../src/model/layers/rope';
import type { TransformerConfig } from '../../../src/model/networks/transformer';
import type { DecoderConfig } from './config';

export const layersOf = (config: DecoderConfig): TransformerConfig => {
  const { dim, layers, heads, hidden, vocabulary } = config;
  const attention = { kind: 'heads' as const, heads, rotaryBase: BASE };
  return { vocabulary, dim, layers, hidden, tied: true, attention };
};
