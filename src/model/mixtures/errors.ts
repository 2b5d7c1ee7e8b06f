/**
 * Three ways to charge a mixture for one case, from one paper: jacobs1991, eq. 1, 2 and 3. They
 * differ in who is asked to do better, and so in whether experts share a case or compete for it.
 *
 * Each takes what a mixture says and the targets [cases, width]. Errors are per case, [cases]: the
 * mean over a batch is the caller's. All are differentiable in outputs and gates or logits.
 */
import * as tf from '../../tensor/tf';

/** What a mixture makes of a batch. */
export interface Mixture {
  /** The experts' answers, [cases, experts, width]. */
  outputs: tf.Tensor3D;
  /** [cases, experts] */
  logits: tf.Tensor2D;
  /** Shares that sum to 1 over the experts, [cases, experts]: softmax of the logits in a mixture. */
  gates: tf.Tensor2D;
}

/**
 * Variance of the experts' Gaussians (σ²). The paper has 1; where answers are within ±2 and errors
 * below 1, that is so wide that equation 3 is nearly equation 2: about the square of the error that
 * an expert should end with makes it another.
 */
type Variance = number | tf.Scalar;

/** ‖target − output‖² of each expert: [cases, experts]. */
export function distances(outputs: tf.Tensor3D, targets: tf.Tensor2D): tf.Tensor2D {
  const [cases, , width] = outputs.shape;
  if (targets.shape[0] !== cases || targets.shape[1] !== width)
    throw new Error(
      `Answers [${outputs.shape}] need targets [${cases}, ${width}]; they are [${targets.shape}].`,
    );
  return tf.sum(tf.square(tf.sub(outputs, tf.expandDims(targets, 1))), 2);
}

/** The mixture's answer, every expert's weighed by its gate: [cases, width]. */
export function blend(outputs: tf.Tensor3D, gates: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(tf.mul(outputs, tf.expandDims(gates, 2)), 1);
}

/**
 * Eq. 1, cooperative: ‖target − Σ gate · output‖². An expert is asked to make up for what the
 * others leave over, so all stay coupled and none need be right alone.
 */
export function cooperative(
  { outputs, gates }: Pick<Mixture, 'outputs' | 'gates'>,
  targets: tf.Tensor2D,
): tf.Tensor1D {
  return tf.sum(tf.square(tf.sub(targets, blend(outputs, gates))), 1);
}

/**
 * Eq. 2, competitive: Σ gate · ‖target − output‖², what a mixture that picks one expert by chance
 * loses on average. Each expert is compared with the target itself.
 */
export function competitive(
  { outputs, gates }: Pick<Mixture, 'outputs' | 'gates'>,
  targets: tf.Tensor2D,
): tf.Tensor1D {
  return tf.sum(tf.mul(gates, distances(outputs, targets)), 1);
}

/**
 * Eq. 3, used in the paper's simulations: −log Σ gate · exp(−‖target − output‖² / 2σ²), in nats,
 * without the Gaussians' constant. Reads the gate's logits, so that no gate can round to 0.
 */
export function likelihood(
  mixture: Pick<Mixture, 'outputs' | 'logits'>,
  targets: tf.Tensor2D,
  variance: Variance,
): tf.Tensor1D {
  return tf.neg(tf.logSumExp(joint(mixture, targets, variance), 1));
}

/**
 * h, each expert's share of the blame and the credit once the target is known: the gate's share
 * times how well the expert explains the target, made to sum to 1. [cases, experts]. jacobs1991,
 * in eq. 5: the gradient of eq. 3 by an expert's answer is −h (target − output) / σ².
 */
export function posterior(
  mixture: Pick<Mixture, 'outputs' | 'logits'>,
  targets: tf.Tensor2D,
  variance: Variance,
): tf.Tensor2D {
  return tf.softmax(joint(mixture, targets, variance));
}

/** log of gate · exp(−distance / 2σ²): [cases, experts]. */
function joint(
  { outputs, logits }: Pick<Mixture, 'outputs' | 'logits'>,
  targets: tf.Tensor2D,
  variance: Variance,
): tf.Tensor2D {
  const closeness = tf.div(distances(outputs, targets), tf.mul(-2, variance));
  return tf.add(tf.logSoftmax(logits), closeness);
}
