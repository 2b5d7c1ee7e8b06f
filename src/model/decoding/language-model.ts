/**
 * Our own transformer as model and drafter: its multi-token modules propose, its head judges, as
 * deepseekv3, §2.2 (last paragraph) and gloeckle2024, §2 suggest. A pass of the model reads what is
 * new: its caches are kept, and its states too, from which the modules draft without another pass.
 */

import * as tf from '../../tensor/tf';
import { tokenTensor } from '../layers/embedding';
import { type Cache, shortened } from '../layers/kv-cache';
import * as multiToken from '../networks/multi-token';
import * as transformer from '../networks/transformer';
import type { Params } from '../types';
import { probabilities, type SamplingOptions } from './sampling';
import type { SpeculativeModels } from './speculative';

export interface LanguageModel {
  /** The transformer's parameters, and its modules' where it drafts. */
  params: Params;
  config: transformer.TransformerConfig;
  extra?: multiToken.MultiTokenConfig;
  sampling?: SamplingOptions;
  /** By layer, as in transformer.ts. */
  biases?: transformer.TransformerOptions['biases'];
  /** For a table of dice: the key of the run that trained it. */
  random?: transformer.TransformerOptions['random'];
  /** Of latent attention: "absorbed" reads the caches as they are. */
  form?: transformer.TransformerOptions['form'];
}

/** What the model has read, and what it keeps of it. */
interface Read {
  tokens: number[];
  /** [tokens, dim] */
  hidden: tf.Tensor2D;
  caches: Cache[];
}

/**
 * A model with multi-token modules as the two models of speculative decoding: itself, and its
 * modules as drafters, giving distributions behind texts; `dispose` lets go of what it keeps.
 * Drafting asks module 1 for the first draft, module 2 for the second, and so on. Its promises
 * reject with a sentence if the text is too short for that, or the modules too few.
 */
export function speculativeModels(model: LanguageModel): SpeculativeModels & { dispose(): void } {
  const { params, config, extra, sampling, biases, random, form } = model;
  const options = { evaluating: true, biases, random, form };
  let read: Read | undefined;

  return {
    async target(tokens, places) {
      return distributions(tf.tidy(() => lastRows(pass(tokens, places), places)));
    },

    async draft(tokens, place) {
      const depth = place + 1;
      if (!extra || depth > extra.depths)
        throw new Error(
          `Draft ${depth} needs ${depth} multi-token modules; the model has ${extra?.depths ?? 0}.`,
        );
      const row = tf.tidy(() => {
        const text = textOf(tokens);
        // No states are needed of the last confirmed token and the drafts behind it.
        const seen = tokens.slice(0, -depth);
        if (seen.length > 0 && inCommon(seen) < seen.length) pass(seen, 1);
        const hidden = read?.hidden ?? tf.zeros<tf.Rank.R2>([0, config.dim]);
        return multiToken.draft(params, hidden, text, depth, config, extra, options);
      });
      return (await distributions(row))[0];
    },

    dispose: forget,
  };

  /** Reads what is new in the text, its last `again` tokens in any case, whose logits it gives. */
  function pass(tokens: number[], again: number): tf.Tensor2D {
    const held = Math.max(0, Math.min(inCommon(tokens), tokens.length - again));
    const before = held > 0 ? read : undefined;
    const { logits, ...now } = tf.tidy(() => {
      const out = transformer.forward(params, textOf(tokens.slice(held)), config, {
        ...options,
        caches: before?.caches.map((cache) => shortened(cache, held)),
      });
      const states = before && tf.slice(before.hidden, [0, 0], [held, config.dim]);
      return {
        logits: out.logits,
        hidden: kept(states ? tf.concat([states, out.hidden]) : out.hidden),
        caches: out.blocks.map(({ cache }) =>
          Object.fromEntries(Object.entries(cache).map(([name, array]) => [name, kept(array)])),
        ),
      };
    });
    forget();
    read = { tokens: [...tokens], ...now };
    return logits;
  }

  /** How many tokens at the beginning are those it has read. */
  function inCommon(tokens: number[]): number {
    const differs = tokens.findIndex((token, at) => token !== read?.tokens[at]);
    return differs < 0 ? tokens.length : differs;
  }

  function forget() {
    if (read) tf.dispose([read.hidden, read.caches]);
    read = undefined;
  }

  function textOf(tokens: number[]): tf.Tensor1D {
    return tokenTensor(tokens, config.vocabulary);
  }

  async function distributions(rows: tf.Tensor2D): Promise<Float64Array[]> {
    const values = await rows.data();
    const [count, vocabulary] = rows.shape;
    rows.dispose();
    return Array.from({ length: count }, (_, i) =>
      probabilities(values.slice(i * vocabulary, (i + 1) * vocabulary), sampling),
    );
  }
}

/** The tensor, held beyond the pass that made it. */
const kept = <T extends tf.Tensor>(x: T): T => tf.keep(tf.clone(x));

const lastRows = (x: tf.Tensor2D, count: number): tf.Tensor2D =>
  tf.slice(x, [x.shape[0] - count, 0], [count, x.shape[1]]);
