/** The numbers of a model from networks/transformer.ts, and of its multi-token modules. */
import * as tf from '../../tensor/tf';
import type { AttentionKind } from '../layers/block';
import type { MultiTokenConfig } from '../networks/multi-token';
import { isSparse } from '../networks/sparse-places';
import type { TransformerConfig } from '../networks/transformer';
import type { Router } from '../types';
import type { Architecture, AttentionShape, Layer } from './architecture';

/** The architecture of a transformer of ours, to be counted. Its router is asked what it trains. */
export function describe(config: TransformerConfig, extra?: MultiTokenConfig): Architecture {
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
            routerMatrices: matricesOf(moe.router),
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

/** How many [dim, experts] a router trains: what it makes for one of each. */
const matricesOf = (router: Router): number =>
  tf.tidy(() => Object.values(router.init(1, 1, 0)).reduce((all, { size }) => all + size, 0));

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
