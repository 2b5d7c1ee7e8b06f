/** The adaptive mixture of local experts with its error functions, by gradient descent. */
import * as localExperts from '../../src/model/mixtures/local-experts';
import sgd from '../../src/model/optimizers/sgd';
import * as tf from '../../src/tensor/tf';
import reference from '../../test/reference/mixtures.json';
import { losses, tensors } from './training';
import type { Named } from './types';

const { start, x, y, learningRate, variance, losses: wanted } = reference.training;
const config = { experts: 4, inputs: 1, outputs: 1, gateHidden: 6 };

export default (['cooperative', 'competitive', 'likelihood'] as const).map(
  (error): Named => ({
    name: `local experts, ${error} error`,
    reference: wanted[error],
    train() {
      const [inputs, targets] = [tf.tensor2d(x), tf.tensor2d(y)];
      return losses(tensors(start), sgd, learningRate, wanted[error].length, (now) =>
        localExperts.loss(localExperts.forward(now, inputs, config), targets, error, variance),
      );
    },
  }),
);
