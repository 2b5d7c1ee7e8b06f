/**
 * Adaptive mixtures of local experts: a gate that sees the case decides how much each expert's
 * answer counts. jacobs1991, fig. 1. All experts run on every case; sparsity came later.
 */

import { normal } from '../../tensor/random';
import * as tf from '../../tensor/tf';
import * as members from '../ensembles/members';
import type { Params } from '../types';
import { blend, competitive, cooperative, likelihood, type Mixture as Said } from './errors';

export interface LocalExpertsConfig {
  experts: number;
  inputs: number;
  outputs: number;
  /** Hidden units of an expert; 0 for linear experts, as in the paper's simulations. 0 unless said. */
  expertHidden?: number;
  /** Hidden units of the gate (tanh); 0 for a linear gate, whose regions have straight borders. 0 unless said. */
  gateHidden?: number;
}

/** What a mixture makes of a batch. */
export interface Mixture extends Said {
  /** Answers weighed by the gates: [cases, width]. */
  answer: tf.Tensor2D;
}

/** The error functions by the names a menu shows. jacobs1991, eq. 1, 2, 3. */
export const errors = [
  { value: 'cooperative', label: 'cooperative (1)' },
  { value: 'competitive', label: 'competitive (2)' },
  { value: 'likelihood', label: 'mixture of Gaussians (3)' },
] as const;

export type ErrorName = (typeof errors)[number]['value'];

/**
 * The experts' parameters as in ensembles/members, and the gate's: "gate.w" [inputs, experts],
 * "gate.b" [experts], or with hidden units "gate.w1", "gate.b1", "gate.w2", "gate.b2".
 * The gate starts almost even (weights of deviation 0.1), so that no expert is preferred at first;
 * experts that start apart prefer themselves soon.
 */
export function init(config: LocalExpertsConfig, seed: number): Params {
  const { experts, inputs, gateHidden = 0 } = config;
  const weight = (name: string, rows: number, columns: number, deviation: number) => ({
    [name]: normal<tf.Rank.R2>([rows, columns], deviation, seed, name),
  });
  const gate: Params =
    gateHidden === 0
      ? { ...weight('gate.w', inputs, experts, 0.1), 'gate.b': tf.zeros([experts]) }
      : {
          ...weight('gate.w1', inputs, gateHidden, 2 * inputs ** -0.5),
          'gate.b1': normal<tf.Rank.R1>([gateHidden], 1, seed, 'gate.b1'),
          ...weight('gate.w2', gateHidden, experts, 0.1),
          'gate.b2': tf.zeros([experts]),
        };
  return { ...members.init(expertsOf(config), seed), ...gate };
}

/** x [cases, inputs] → the experts' answers, the gates and the blend. */
export function forward(params: Params, x: tf.Tensor2D, config: LocalExpertsConfig): Mixture {
  const outputs = members.forward(params, x, expertsOf(config));
  const logits = gateLogits(params, x, config.gateHidden ?? 0);
  const gates = tf.softmax(logits);
  return { outputs, logits, gates, answer: blend(outputs, gates) };
}

/**
 * Mean of the chosen error over the cases. The variance counts for "likelihood", which cannot do
 * without: throws a sentence then, and for an error that does not exist.
 */
export function loss(
  mixture: Said,
  targets: tf.Tensor2D,
  error: ErrorName,
  variance?: number | tf.Scalar,
): tf.Scalar {
  if (error === 'cooperative') return tf.mean(cooperative(mixture, targets));
  if (error === 'competitive') return tf.mean(competitive(mixture, targets));
  if (error === 'likelihood') {
    if (variance === undefined)
      throw new Error(
        'A mixture of Gaussians needs their variance, about the square of the error that an expert should end with.',
      );
    return tf.mean(likelihood(mixture, targets, variance));
  }
  throw new Error(
    `There is no error function "${error}"; there are ${errors.map(({ value }) => value).join(', ')}.`,
  );
}

function gateLogits(params: Params, x: tf.Tensor2D, hidden: number): tf.Tensor2D {
  if (hidden === 0) return tf.add(tf.matMul(x, params['gate.w'] as tf.Tensor2D), params['gate.b']);
  const units = tf.tanh(tf.add(tf.matMul(x, params['gate.w1'] as tf.Tensor2D), params['gate.b1']));
  return tf.add(tf.matMul(units, params['gate.w2'] as tf.Tensor2D), params['gate.b2']);
}

const expertsOf = (config: LocalExpertsConfig): members.MembersConfig => ({
  members: config.experts,
  inputs: config.inputs,
  hidden: config.expertHidden ?? 0,
  outputs: config.outputs,
});
