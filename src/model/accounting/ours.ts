/** The numbers of a model from networks/transformer.ts, and of its multi-token modules. */
import type { AttentionKind } from '../layers/block';
import type { MultiTokenConfig } from '../networks/multi-token';
import { isSparse } from '../networks/sparse-layers';
import type { TransformerConfig } from '../networks/transformer';
import type { Architecture, AttentionShape, Layer } from './architecture';

/**
 * The architecture of a transformer of ours, to be counted. `routerMatrices` is what the chosen router trains per layer: one [dim, experts] unless said
 * (two for a noisy one, none for hash routing).
 */
export function describe(
  config: TransformerConfig,
  extra?: MultiTokenConfig,
  routerMatrices = 1,
): Architecture {
  const { dim, vocabulary, tied = false, hidden, moe } = config;
  const attention = attentionShape(dim, config.attention);
  const layer = (sparse: boolean): Layer => ({
    attention,
    feedForward:
      sparse && moe
        ? {
            kind: 'sparse',
            experts: moe.experts,
            topK: moe.topK,
            hidden: moe.hidden,
            shared: moe.shared ?? 0,
            gated: moe.kind !== 'relu',
            biases: moe.kind === 'relu',
            routerMatrices,
          }
        : { kind: 'dense', hidden, gated: true },
  });
  return {
    dim,
    vocabulary,
    tied,
    layers: Array.from({ length: config.layers }, (_, i) => layer(isSparse(config, i))),
    predictors: Array.from({ length: extra?.depths ?? 0 }, () => ({
      ...layer(moe !== undefined),
      sequential: extra?.kind === 'sequential',
    })),
  };
}

function attentionShape(dim: number, attention: AttentionKind): AttentionShape {
  if (attention.kind === 'latent')
    return {
      ...attention,
      valueWidth: attention.valueWidth ?? attention.headWidth,
      rotaryWidth: attention.rotaryWidth ?? 0,
    };
  const headWidth = attention.headWidth ?? dim / attention.heads;
  return {
    kind: 'heads',
    heads: attention.heads,
    keyValueHeads: attention.keyValueHeads ?? attention.heads,
    headWidth,
    normChannels: attention.queryKeyNorm ? 2 * headWidth : 0,
  };
}
