/** The decoder in plain TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import type { Values } from '../../cases/types';
import { oneHot, switchLoss, topKMask } from '../plain-layers';
import type { HeadsCase, TransformerCase } from './config';
import { causal, rotation } from './tables';

export type Tensors = Record<string, tf.Tensor>;

/** Tables that do not change while training. */
export interface Constants {
  vocabulary: number;
  mask: tf.Tensor;
  cos: tf.Tensor;
  sin: tf.Tensor;
}

export function constants(config: HeadsCase & { rotaryWidth?: number }, values: Values): Constants {
  const { dim, heads, length, rotaryWidth } = config;
  const { cos, sin } = rotation(length, rotaryWidth ?? dim / heads);
  return {
    vocabulary: values.params['embedding.weight'].shape[0],
    mask: tf.tensor(causal(length), [length, length]),
    cos: tf.tensor(cos, [length, cos.length / length]),
    sin: tf.tensor(sin, [length, sin.length / length]),
  };
}

export function loss(
  config: TransformerCase,
  params: Tensors,
  data: Tensors,
  tables: Constants,
): tf.Scalar {
  const matrix = (name: string) => params[name] as tf.Tensor2D;
  let x: tf.Tensor2D = product(
    oneHot(data.tokens, tables.vocabulary) as tf.Tensor2D,
    matrix('embedding.weight'),
  );
  const balances: tf.Scalar[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => matrix(`layers.${layer}.${name}`);
    const attend = config.attention === 'heads' ? byHeads : latent;
    x = tf.add(x, attend(config, own, norm(x, own('norm.attention.weight')), tables));
    const { y, balance } = mixture(config, own, norm(x, own('norm.feedForward.weight')));
    x = tf.add(x, y);
    balances.push(balance);
  }
  const logits = product(norm(x, params['norm.weight']), matrix('head.weight'));
  const targets = oneHot(data.targets, tables.vocabulary);
  const task = tf.losses.softmaxCrossEntropy(targets, logits) as tf.Scalar;
  const balance = tf.mean(tf.stack(balances));
  return tf.add(task, tf.mul(balance, config.balanceStrength));
}

type Own = (name: string) => tf.Tensor2D;

export const product = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D => tf.matMul(a, b);

export function norm<T extends tf.Tensor>(x: T, weight: tf.Tensor): T {
  const square = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(square, 1e-6))), weight);
}

function mixture(config: TransformerCase, own: Own, x: tf.Tensor2D) {
  const { experts, hidden, topK } = config;
  const rows = x.shape[0];
  const scores = tf.softmax(product(x, own('moe.router.weight')));
  const mask = topKMask(scores, topK);
  const switched = product(x, own('moe.experts.w1'));
  const silu = tf.mul(switched, tf.sigmoid(switched));
  const inner = tf.mul(silu, product(x, own('moe.experts.w3')));
  const gates = tf.reshape(tf.mul(scores, mask), [rows, experts, 1]);
  const weighed = tf.mul(tf.reshape(inner, [rows, experts, hidden]), gates);
  const flat = tf.reshape(weighed, [rows, experts * hidden]) as tf.Tensor2D;
  return {
    y: product(flat, own('moe.experts.w2')),
    balance: switchLoss(scores, mask, topK),
  };
}

/** [rows, heads · width] → [sequences · heads, length, width] */
function split(x: tf.Tensor2D, heads: number, length: number): tf.Tensor3D {
  const sequences = x.shape[0] / length;
  const width = x.shape[1] / heads;
  const apart = tf.transpose(tf.reshape(x, [sequences, length, heads, width]), [0, 2, 1, 3]);
  return tf.reshape(apart, [sequences * heads, length, width]);
}

function join(x: tf.Tensor3D, heads: number): tf.Tensor2D {
  const [rows, length, width] = x.shape;
  const apart = tf.reshape(x, [rows / heads, heads, length, width]);
  return tf.reshape(tf.transpose(apart, [0, 2, 1, 3]), [(rows / heads) * length, heads * width]);
}

/** Turns each pair of channels by its position. */
function rotate(x: tf.Tensor3D, { cos, sin }: Constants): tf.Tensor3D {
  const [groups, length, width] = x.shape;
  const [a, b] = tf.unstack(tf.reshape(x, [groups, length, width / 2, 2]), 3);
  const turned = tf.stack(
    [tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(a, sin), tf.mul(b, cos))],
    3,
  );
  return tf.reshape(turned, [groups, length, width]);
}

function weightsOf(scores: tf.Tensor, width: number, { mask }: Constants): tf.Tensor3D {
  return tf.softmax(tf.add(tf.mul(scores, width ** -0.5), mask)) as tf.Tensor3D;
}

export function byHeads(config: HeadsCase, own: Own, x: tf.Tensor2D, tables: Constants) {
  const { heads, length, dim } = config;
  const project = (name: string) => split(product(x, own(`attention.${name}`)), heads, length);
  const query = rotate(project('query'), tables);
  const key = rotate(project('key'), tables);
  const weights = weightsOf(tf.matMul(query, key, false, true), dim / heads, tables);
  const seen: tf.Tensor3D = tf.matMul(weights, project('value'));
  return product(join(seen, heads), own('attention.output'));
}

function latent(config: TransformerCase, own: Own, x: tf.Tensor2D, tables: Constants) {
  const { heads, length, dim, rotaryWidth = 0 } = config;
  const part = (name: string) => own(`attention.${name}`);
  const shared = norm(product(x, part('down.keyValue')), part('norm.keyValue.weight'));
  const project = (from: tf.Tensor2D, name: string, count = heads) =>
    split(product(from, part(name)), count, length);
  const rotaryKey = rotate(project(x, 'rotary.key', 1), tables); // [sequences, length, width]
  const rotary = rotate(project(x, 'rotary.query'), tables);
  const rows = tf.reshape(rotary, [-1, heads * length, rotaryWidth]) as tf.Tensor3D;
  const byPosition = tf.matMul(rows, rotaryKey, false, true);
  const byContent = tf.matMul(project(x, 'up.query'), project(shared, 'up.key'), false, true);
  const scores = tf.add(byContent, tf.reshape(byPosition, byContent.shape));
  const weights = weightsOf(scores, dim / heads + rotaryWidth, tables);
  const seen: tf.Tensor3D = tf.matMul(weights, project(shared, 'up.value'));
  return product(join(seen, heads), part('output'));
}
