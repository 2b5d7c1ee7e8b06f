/** The decoder in the library's words. */
import switchLoss from '../../../src/model/balancing/switch';
import { BASE } from '../../../src/model/layers/rope';
import type { TransformerConfig } from '../../../src/model/networks/transformer';
import router from '../../../src/model/routers/softmax-top-k';
import type { TransformerCase } from './config';

export function layersOf(chosen: TransformerCase, vocabulary: number): TransformerConfig {
  const { dim, layers, heads, experts, topK, hidden } = chosen;
  return {
    vocabulary,
    dim,
    layers,
    hidden,
    attention:
      chosen.attention === 'heads'
        ? { kind: 'heads', heads, rotaryBase: BASE }
        : {
            kind: 'latent',
            heads,
            headWidth: dim / heads,
            keyValueRank: chosen.keyValueRank!,
            rotaryWidth: chosen.rotaryWidth!,
          },
    moe: { experts, topK, hidden, router, balancer: switchLoss },
  };
}
