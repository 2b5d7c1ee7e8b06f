/** The dense decoder out of pieces of the model library. */
import type { Session } from '../../../src/model/experiments/types';
import { seenAndGradients } from '../../../src/model/gradients';
import * as transformer from '../../../src/model/networks/transformer';
import adam from '../../../src/model/optimizers/adam';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { picked, tensorsOf } from '../tensors';
import type { DecoderConfig } from './config';
import { layersOf } from './layers';

export function session(config: DecoderConfig, values: Values): Session {
  const layers = layersOf(config);
  const params = tensorsOf(values.params);
  const data = tensorsOf(values.data);
  const tokens = data.tokens as tf.Tensor1D;
  const targets = data.targets as tf.Tensor1D;
  return {
    state: { ...params, ...adam.init(params) },
    live: ['learningRate'],
    step({ state, live }) {
      const now = picked(state, params);
      const { seen, grads } = seenAndGradients(now, (params) => {
        const { logits } = transformer.forward(params, tokens, layers);
        return { loss: transformer.taskLoss(logits, targets) };
      });
      const moved = adam.update(now, grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.loss } };
    },
    dispose: () => tf.dispose(data),
  };
}
