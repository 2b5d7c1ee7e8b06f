/** The dense decoder out of pieces of the model library. */
import type { Session } from '../../../src/model/experiments/types';
import * as transformer from '../../../src/model/networks/transformer';
import type * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { trained } from '../ours';
import type { DecoderConfig } from './config';
import { layersOf } from './layers';

export function session(config: DecoderConfig, values: Values): Session {
  const layers = layersOf(config);
  return trained(values, (params, { tokens, targets }) => {
    const { logits } = transformer.forward(params, tokens as tf.Tensor1D, layers);
    return transformer.taskLoss(logits, targets as tf.Tensor1D);
  });
}
