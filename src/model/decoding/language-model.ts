/**
 * Our own transformer as model and drafter: its multi-token modules propose, its head judges, as
 * deepseekv3, §2.2 (last paragraph) and gloeckle2024, §2 suggest. Toy sizes: each pass reads the
 * whole text again, without a cache.
 */

import * as tf from '../../tensor/tf';
import { tokenTensor } from '../layers/embedding';
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
}

/**
 * A model with multi-token modules as the two models of speculative decoding: itself, and its
 * modules as drafters, giving distributions behind texts. Drafting asks module 1 for the first draft, module
 * 2 for the second, and so on. Its promises reject with a sentence if the text is too short for
 * that, or the modules too few.
 */
export function speculativeModels(model: LanguageModel): SpeculativeModels {
  const { params, config, extra, sampling, biases, random } = model;
  const options = { evaluating: true, biases, random };

  return {
    async target(tokens, places) {
      const rows = tf.tidy(() => {
        const { logits } = transformer.forward(params, textOf(tokens), config, options);
        return lastRows(logits, places);
      });
      return distributions(rows);
    },

    async draft(tokens, place) {
      const depth = place + 1;
      if (!extra || depth > extra.depths)
        throw new Error(
          `Draft ${depth} needs ${depth} multi-token modules; the model has ${extra?.depths ?? 0}.`,
        );
      if (tokens.length <= depth)
        throw new Error(
          `Draft ${depth} looks ${depth} tokens back; the text has only ${tokens.length}.`,
        );
      const row = tf.tidy(() => {
        const { hidden } = transformer.forward(params, textOf(tokens), config, options);
        // The modules want a target behind the text; nobody looks at it here.
        const text = tf.reshape(textOf([...tokens, 0]), [1, tokens.length + 1]) as tf.Tensor2D;
        const upTo = { ...extra, depths: depth };
        const ahead = multiToken.forward(params, hidden, text, config, upTo, options);
        return lastRows(ahead[place].logits, 1);
      });
      return (await distributions(row))[0];
    },
  };

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

const lastRows = (x: tf.Tensor2D, count: number): tf.Tensor2D =>
  tf.slice(x, [x.shape[0] - count, 0], [count, x.shape[1]]);
