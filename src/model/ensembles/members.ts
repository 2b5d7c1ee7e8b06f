/**
 * Many small networks side by side, each with its own weights, all computed for all cases in a
 * few products: the members of an ensemble, the experts of a classical mixture.
 */
import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';
import type { Params } from '../types';

export interface MembersConfig {
  members: number;
  /** Numbers of one case. */
  inputs: number;
  /** Hidden units of one member; 0 makes it a linear map. */
  hidden: number;
  /** Width of a member's answer. */
  outputs: number;
  /** tanh unless said. */
  activation?: 'tanh' | 'relu';
  /**
   * Deviation of the hidden units' weights, times 1/√inputs: how steep a member starts. 1 unless
   * said, which makes smooth members, so alike on few points of [−1, 1] that averaging them gains
   * next to nothing; at 10 each bends elsewhere.
   */
  steepness?: number;
}

/**
 * With hidden units: w1 [inputs, members · hidden], b1 [members · hidden], w2 [members, hidden,
 * outputs], b2 [members, outputs]. Linear: w [inputs, members · outputs], b [members, outputs].
 * Names are "members.w1" and so on. Every member starts elsewhere.
 */
export function init(config: MembersConfig, seed: number): Params {
  const { members, inputs, hidden, outputs, steepness = 1 } = config;
  refuse(refusal(config));
  const inward = steepness * inputs ** -0.5;
  if (hidden === 0)
    return {
      'members.w': normal<tf.Rank.R2>([inputs, members * outputs], inward, seed, 'members.w'),
      'members.b': normal<tf.Rank.R2>([members, outputs], 0.5, seed, 'members.b'),
    };
  return {
    'members.w1': normal<tf.Rank.R2>([inputs, members * hidden], inward, seed, 'members.w1'),
    'members.b1': normal<tf.Rank.R1>([members * hidden], 0.5 * steepness, seed, 'members.b1'),
    'members.w2': normal<tf.Rank.R3>(
      [members, hidden, outputs],
      hidden ** -0.5,
      seed,
      'members.w2',
    ),
    'members.b2': tf.zeros([members, outputs]),
  };
}

/** A sentence if no such members exist. */
export function refusal(config: MembersConfig): string | undefined {
  for (const name of ['members', 'inputs', 'outputs'] as const)
    if (!(Number.isInteger(config[name]) && config[name] >= 1))
      return `Members need ${name} of at least 1, a whole number; it is ${config[name]}.`;
  if (!(Number.isInteger(config.hidden) && config.hidden >= 0))
    return `Members have a whole number of hidden units, or 0 for linear ones; it is ${config.hidden}.`;
}

/** What every member says: x [cases, inputs] → [cases, members, outputs]. */
export function forward(params: Params, x: tf.Tensor2D, config: MembersConfig): tf.Tensor3D {
  const { members, hidden, outputs, activation = 'tanh' } = config;
  const cases = x.shape[0];
  if (hidden === 0) {
    const answers = tf.matMul(x, params['members.w'] as tf.Tensor2D);
    return tf.add(tf.reshape(answers, [cases, members, outputs]), params['members.b']);
  }
  const before = tf.add(tf.matMul(x, params['members.w1'] as tf.Tensor2D), params['members.b1']); // [cases, members · hidden]
  const units = activation === 'tanh' ? tf.tanh(before) : tf.relu(before);
  const byMember = tf.transpose(tf.reshape(units, [cases, members, hidden]), [1, 0, 2]);
  const answers = tf.matMul(byMember, params['members.w2'] as tf.Tensor3D); // [members, cases, outputs]
  return tf.add(tf.transpose(answers, [1, 0, 2]), params['members.b2']);
}

/**
 * The same where every member has cases of its own, as in repeated trials of one network:
 * x [members, cases, inputs] → [cases, members, outputs].
 */
export function forwardApart(params: Params, x: tf.Tensor3D, config: MembersConfig): tf.Tensor3D {
  const { members, inputs, hidden, outputs, activation = 'tanh' } = config;
  if (x.shape[0] !== members)
    throw new Error(`${members} members need cases for each; there are ${x.shape[0]} sets.`);
  /** A weight whose columns lie side by side → [members, inputs, width]. */
  const each = (name: string, width: number): tf.Tensor3D =>
    tf.transpose(tf.reshape(params[name], [inputs, members, width]), [1, 0, 2]);
  const byMember = (name: string, width: number) => tf.reshape(params[name], [members, 1, width]);
  if (hidden === 0) {
    const answers = tf.matMul(x, each('members.w', outputs));
    return tf.transpose<tf.Tensor3D>(tf.add(answers, byMember('members.b', outputs)), [1, 0, 2]);
  }
  const before = tf.add(tf.matMul(x, each('members.w1', hidden)), byMember('members.b1', hidden));
  const units = activation === 'tanh' ? tf.tanh(before) : tf.relu(before);
  const answers = tf.matMul(units as tf.Tensor3D, params['members.w2'] as tf.Tensor3D); // [members, cases, outputs]
  return tf.transpose(tf.add(answers, byMember('members.b2', outputs)), [1, 0, 2]);
}
