/** The hidden-layer fit out of pieces of the model library, as the experiment of station 01 does. */
import type { Session } from '../../../src/model/experiments/types';
import * as mlp from '../../../src/model/networks/mlp';
import * as tf from '../../../src/tensor/tf';
import type { Values } from '../../cases/types';
import { trained } from '../ours';
import type { FitConfig } from './config';

export const session = ({ activation }: FitConfig, values: Values): Session =>
  trained(values, (params, { x, target }) => {
    const answer = mlp.forward(params, x as tf.Tensor2D, activation);
    return tf.mean(tf.square(tf.sub(answer, target)));
  });
