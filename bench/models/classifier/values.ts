import * as sparseLayer from '../../../src/model/layers/sparse-layer';
import type { Params } from '../../../src/model/types';
import { normal, normals } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import type { Numbers } from '../../cases/types';
import type { ClassifierConfig } from './config';
import { layerOf } from './layer';

/**
 * The layer's parameters, "head.weight" [dim, classes] and "head.bias" [classes]; `x` [rows, dim]
 * of standard normal numbers and `labels` [rows], the largest of as many linear answers.
 */
export function start(
  config: ClassifierConfig,
  seed: number,
): { params: Params; data: Record<string, Numbers> } {
  const { rows, dim, classes } = config;
  const params = {
    ...sparseLayer.init(layerOf(config), seed),
    'head.weight': normal<tf.Rank.R2>([dim, classes], dim ** -0.5, seed, 'head.weight'),
    'head.bias': tf.zeros([classes]),
  };
  const [point, teacher] = [normals(seed, 'x'), normals(seed, 'teacher')];
  const x = Float32Array.from({ length: rows * dim }, point);
  const weights = Float32Array.from({ length: dim * classes }, teacher);
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    const answers = Array.from({ length: classes }, (_, label) =>
      x
        .subarray(row * dim, (row + 1) * dim)
        .reduce((sum, value, i) => sum + value * weights[i * classes + label], 0),
    );
    return answers.indexOf(Math.max(...answers));
  });
  return {
    params,
    data: {
      x: { shape: [rows, dim], dtype: 'float32', data: x },
      labels: { shape: [rows], dtype: 'int32', data: labels },
    },
  };
}
