/** The classifier out of pieces of the model library. */

import type { Session } from '../../../src/model/experiments/types';
import { seenAndGradients } from '../../../src/model/gradients';
import * as crossEntropy from '../../../src/model/layers/cross-entropy';
import * as sparseLayer from '../../../src/model/layers/sparse-layer';
import adam from '../../../src/model/optimizers/adam';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { picked, tensorsOf } from '../tensors';
import type { ClassifierConfig } from './config';
import { layerOf } from './layer';

export function session(config: ClassifierConfig, values: Values): Session {
  const layer = layerOf(config);
  const params = tensorsOf(values.params);
  const data = tensorsOf(values.data);
  const x = data.x as tf.Tensor2D;
  const labels = data.labels as tf.Tensor1D;
  return {
    state: { ...params, ...adam.init(params) },
    live: ['learningRate'],
    step({ state, live }) {
      const now = picked(state, params);
      const { seen, grads } = seenAndGradients(now, (params) => {
        const { y, routing } = sparseLayer.forward(params, x, layer);
        const logits = tf.linear(y, params['head.weight'], { bias: params['head.bias'] });
        const task = crossEntropy.forward(logits, labels);
        return {
          loss: sparseLayer.withBalance(task, config.balanceStrength, layer, routing).total,
        };
      });
      const moved = adam.update(now, grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.loss } };
    },
    dispose: () => tf.dispose(data),
  };
}
