/** The hidden-layer fit in jax-js. */
import { nn, numpy as np } from '@jax-js/jax';
import type { Arrays } from '../jax-layers';

export function loss(params: Arrays, { x, target }: Arrays): np.Array {
  const units = nn.relu(np.matmul(x, params['hidden.weight']).add(params['hidden.bias']));
  const answer = np.matmul(units, params['out.weight']).add(params['out.bias']);
  return np.square(answer.reshape([-1]).sub(target)).mean();
}
