import * as tf from '../../tensor/tf';
import type { Balancer, RoutingPart } from '../types';

/**
 * Squared coefficient of variation of the experts' importance, the sum of their gates over the
 * batch. shazeer2017, eq. 6–7. 0 at even importance, E − 1 when one expert has all of it. Even
 * importance is not even load: few tokens with large gates weigh as much as many with small ones.
 */
export default {
  name: 'importance',
  label: 'importance loss',
  source: 'shazeer2017',
  extremes: (experts) => ({ even: 0, collapsed: experts - 1 }),

  loss({ gates }: RoutingPart<'gates'>) {
    const importance = tf.sum(gates, 0); // [experts]
    const mean = tf.mean(importance);
    const variance = tf.mean(tf.square(tf.sub(importance, mean)));
    // Never 0 / 0, where no gate is open; its square, in the gradient, must not vanish either.
    return tf.div(variance, tf.add(tf.square(mean), 1e-18)) as tf.Scalar;
  },
} satisfies Balancer;
