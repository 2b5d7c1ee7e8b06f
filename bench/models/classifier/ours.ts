/** The classifier out of pieces of the model library. */
import type { Session } from '../../../src/model/experiments/types';
import * as crossEntropy from '../../../src/model/layers/cross-entropy';
import * as sparseLayer from '../../../src/model/layers/sparse-layer';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { trained } from '../ours';
import type { ClassifierConfig } from './config';
import { layerOf } from './layer';

export function session(config: ClassifierConfig, values: Values): Session {
  const layer = layerOf(config);
  return trained(values, (params, { x, labels }) => {
    const { y, routing } = sparseLayer.forward(params, x as tf.Tensor2D, layer);
    const logits = tf.linear(y, params['head.weight'], { bias: params['head.bias'] });
    const task = crossEntropy.forward(logits, labels as tf.Tensor1D);
    return sparseLayer.withBalance(task, config.balanceStrength, layer, routing).total;
  });
}
