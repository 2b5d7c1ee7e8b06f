/** The hidden-layer fit out of pieces of the model library, as the experiment of station 01 does. */

import type { Session } from '../../../src/model/experiments/types';
import { seenAndGradients } from '../../../src/model/gradients';
import * as mlp from '../../../src/model/networks/mlp';
import adam from '../../../src/model/optimizers/adam';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { picked, tensorsOf } from '../tensors';
import type { FitConfig } from './config';

export function session({ activation }: FitConfig, values: Values): Session {
  const params = tensorsOf(values.params);
  const data = tensorsOf(values.data);
  return {
    state: { ...params, ...adam.init(params) },
    live: ['learningRate'],
    step({ state, live }) {
      const now = picked(state, params);
      const { seen, grads } = seenAndGradients(now, (params) => {
        const answer = mlp.forward(params, data.x as tf.Tensor2D, activation);
        return { loss: tf.mean(tf.square(tf.sub(answer, data.target))) as tf.Scalar };
      });
      const moved = adam.update(now, grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.loss } };
    },
    dispose: () => tf.dispose(data),
  };
}
