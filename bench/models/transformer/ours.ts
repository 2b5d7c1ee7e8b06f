/** The decoder out of pieces of the model library. */

import type { Session } from '../../../src/model/experiments/types';
import { seenAndGradients } from '../../../src/model/gradients';
import * as transformer from '../../../src/model/networks/transformer';
import adam from '../../../src/model/optimizers/adam';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { picked, tensorsOf } from '../tensors';
import type { TransformerCase } from './config';
import { layersOf } from './layers';

export function session(config: TransformerCase, values: Values): Session {
  const [vocabulary] = values.params['embedding.weight'].shape;
  const layers = layersOf(config, vocabulary);
  const params = tensorsOf(values.params);
  const data = tensorsOf(values.data);
  const tokens = data.tokens as tf.Tensor1D;
  const targets = data.targets as tf.Tensor1D;
  const sequenceLength = config.length;
  return {
    state: { ...params, ...adam.init(params) },
    live: ['learningRate'],
    step({ state, live }) {
      const now = picked(state, params);
      const { seen, grads } = seenAndGradients(now, (params) => {
        const out = transformer.forward(params, tokens, layers, { sequenceLength });
        const task = transformer.taskLoss(out.logits, targets);
        const balance = transformer.balanceLoss(out, layers);
        return { loss: tf.add(task, tf.mul(balance, config.balanceStrength)) as tf.Scalar };
      });
      const moved = adam.update(now, grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.loss } };
    },
    dispose: () => tf.dispose(data),
  };
}
