import type { Params } from '../../src/model/types';
import * as tf from '../../src/tensor/tf';
import type { Numbers } from '../cases/types';

/** Host numbers as tensors of the current backend. */
export const tensorsOf = (values: Record<string, Numbers>): Params =>
  Object.fromEntries(
    Object.entries(values).map(([name, { data, shape, dtype }]) => [
      name,
      tf.tensor(data.slice(), shape, dtype),
    ]),
  );

/** The part of a state that has the names of `like`. */
export const picked = (state: Params, like: Params): Params =>
  Object.fromEntries(Object.keys(like).map((name) => [name, state[name]]));
