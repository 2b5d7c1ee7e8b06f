/** The decoder out of pieces of the model library. */
import type { Session } from '../../../src/model/experiments/types';
import * as transformer from '../../../src/model/networks/transformer';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { trained } from '../ours';
import type { TransformerCase } from './config';
import { layersOf } from './layers';

export function session(config: TransformerCase, values: Values): Session {
  const [vocabulary] = values.params['embedding.weight'].shape;
  const layers = layersOf(config, vocabulary);
  const sequenceLength = config.length;
  return trained(values, (params, { tokens, targets }) => {
    const out = transformer.forward(params, tokens as tf.Tensor1D, layers, { sequenceLength });
    const task = transformer.taskLoss(out.logits, targets as tf.Tensor1D);
    const balance = transformer.balanceLoss(out, layers);
    return tf.add(task, tf.mul(balance, config.balanceStrength));
  });
}
