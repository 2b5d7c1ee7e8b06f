/** A task's rows on the device, whole or a batch at a time. */
import * as tf from '../tensor/tf';
import type { RandomKey, Sample, Task, TaskShape } from './types';

/** Rows by the names of `Sample`; whoever made them disposes them. */
export interface SampleTensors {
  /** [rows, inputs]: float32, or int32 for tokens. */
  inputs: tf.Tensor2D;
  /** regression [rows, outputs] float32; classes [rows] int32; tokens [rows, outputs] int32. */
  targets: tf.Tensor;
  /** tokens: [rows, outputs] float32. */
  weights?: tf.Tensor2D;
}

/** Copies rows to the device. `kind` and `shape` are the task's, for the options that made the rows. */
export function onDevice(kind: Task['kind'], shape: TaskShape, sample: Sample): SampleTensors {
  const { rows } = sample;
  const wide: [number, number] = [rows, shape.outputs];
  const inputs = tf.tensor2d(
    sample.inputs,
    [rows, shape.inputs],
    kind === 'tokens' ? 'int32' : 'float32',
  );
  if (kind === 'regression') return { inputs, targets: tf.tensor2d(sample.targets, wide) };
  if (kind === 'classes')
    return { inputs, targets: tf.tensor1d(sample.targets as Int32Array, 'int32') };
  return {
    inputs,
    targets: tf.tensor2d(sample.targets, wide, 'int32'),
    weights: sample.weights ? tf.tensor2d(sample.weights, wide) : tf.ones(wide),
  };
}

/**
 * A batch of rows drawn with replacement on the device: nothing is decided on the CPU, so that a
 * captured step draws anew each time. `stream` tells two draws of one step apart.
 */
export function batch(
  all: SampleTensors,
  rows: number,
  random: RandomKey,
  stream = 'batch',
): SampleTensors {
  const chosen = tf.randomInt<tf.Rank.R1>([rows], random, stream, all.inputs.shape[0]);
  return {
    inputs: tf.gather(all.inputs, chosen),
    targets: tf.gather(all.targets, chosen),
    ...(all.weights && { weights: tf.gather(all.weights, chosen) }),
  };
}

/** Tokens one after another, as the layers of a language model take them: [rows · length]. */
export function flat({ inputs, targets, weights }: SampleTensors) {
  return {
    inputs: tf.reshape(inputs, [-1]) as tf.Tensor1D,
    targets: tf.reshape(targets, [-1]) as tf.Tensor1D,
    weights: tf.reshape(weights ?? tf.ones(targets.shape), [-1]) as tf.Tensor1D,
  };
}
