/** What our side of every case shares: a session that trains one loss with Adam, from given numbers. */
import type { Session } from '../../src/model/experiments/types';
import { seenAndGradients } from '../../src/model/gradients';
import adam from '../../src/model/optimizers/adam';
import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import type { Values } from '../cases/types';
import { picked, tensorsOf } from './tensors';

/** `loss`: of the trained parameters on the case's data, both by name. */
export function trained(
  values: Values,
  loss: (params: Params, data: Params) => tf.Scalar,
): Session {
  const params = tensorsOf(values.params);
  const data = tensorsOf(values.data);
  return {
    state: { ...params, ...adam.init(params) },
    live: ['learningRate'],
    step({ state, live }) {
      const now = picked(state, params);
      const { seen, grads } = seenAndGradients(now, (params) => ({ loss: loss(params, data) }));
      const moved = adam.update(now, grads, state, live);
      return { state: { ...moved.params, ...moved.state }, metrics: { loss: seen.loss } };
    },
    dispose: () => tf.dispose(data),
  };
}
