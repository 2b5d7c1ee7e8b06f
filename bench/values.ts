/** The numbers a case starts from, made once and given to every system. */

import type { Params } from '../src/model/types';
import * as tf from '../src/tensor/tf';
import type { Case, Numbers, Values } from './cases/types';
import * as classifier from './models/classifier/values';
import * as decoder from './models/decoder/values';
import * as fit from './models/fit/values';
import * as transformer from './models/transformer/values';

const seed = 1;

/** The same on every backend, since initial values and data come from seeded host numbers. */
export async function valuesOf(chosen: Case): Promise<Values> {
  const { params, data } = start(chosen);
  const values: Values = { params: {}, data };
  for (const [name, tensor] of Object.entries(params)) {
    const { shape } = tensor;
    const data = Float32Array.from(await tensor.data());
    values.params[name] = { shape, dtype: 'float32', data };
  }
  tf.dispose(params);
  return values;
}

function start(chosen: Case): { params: Params; data: Record<string, Numbers> } {
  switch (chosen.model) {
    case 'classifier':
      return classifier.start(chosen.config, seed);
    case 'transformer':
      return transformer.start(chosen.config, seed);
    case 'decoder':
      return decoder.start(chosen.config, seed);
    case 'fit':
      return fit.start(chosen.config, seed);
  }
}
