/** Networks of several layers, by gradient descent. */
import * as deepMlp from '../../src/model/networks/deep-mlp';
import sgd from '../../src/model/optimizers/sgd';
import * as tf from '../../src/tensor/tf';
import reference from '../../test/reference/deep-mlp.json';
import { losses, tensors } from './training';
import type { Named } from './types';

const { x, y, widths, params, learningRate, cases } = reference;

export default (['relu', 'tanh', 'square'] as const).map((activation): Named => {
  const config = { inputs: 2, widths, outputs: 2, activation };
  const wanted = cases[activation].losses;
  return {
    name: `deep network, ${activation}`,
    reference: wanted,
    train() {
      const [inputs, targets] = [tf.tensor2d(x), tf.tensor2d(y)];
      return losses(tensors(params), sgd, learningRate, wanted.length, (now) =>
        tf.mean(tf.squaredDifference(deepMlp.forward(now, inputs, config), targets)),
      );
    },
  };
});
