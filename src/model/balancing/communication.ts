import * as tf from '../../tensor/tf';
import { scoreShares } from '../score-shares';
import { sequenceMeans } from '../sequences';
import type { BalanceContext, Balancer, RoutingPart } from '../types';

/**
 * Share of tokens sent to each device (as a multiple of M / D, a token's fair share when it may
 * go to M of D devices) times the device's summed scores, per sequence, averaged. A token counts
 * once for a device however many of its experts it uses there: this is about traffic, not work.
 * deepseekv2, eq. 29–31. 1 when every token goes to M devices and all devices get equally many;
 * with one expert per token 1 / M at even load and D / M at collapse.
 */
export default {
  name: 'communication',
  label: 'communication (DeepSeek-V2)',
  source: 'deepseekv2',
  needs: ['devices'],
  extremes: (_, { devices = 1, deviceLimit = devices } = {}) => ({
    even: 1 / deviceLimit,
    collapsed: devices / deviceLimit,
  }),

  loss(routing: RoutingPart<'mask' | 'scores' | 'independent'>, _topK, context = {}) {
    const { mask } = routing;
    const [tokens, experts] = mask.shape;
    const { devices, deviceLimit } = traffic(context, experts);
    const sent = tf.withoutGradient(
      (chosen: tf.Tensor2D) =>
        tf.max(tf.reshape(chosen, [tokens, devices, experts / devices]), 2) as tf.Tensor2D,
      mask,
    ); // [tokens, devices]
    const share = tf.mul(sequenceMeans(sent, context.sequenceLength), devices / deviceLimit);
    const score = sequenceMeans(scoreShares(routing), context.sequenceLength); // [sequences, experts]
    const perDevice = [score.shape[0], devices, experts / devices];
    const deviceScore = tf.sum(tf.reshape(score, perDevice), 2); // [sequences, devices]
    return tf.mean(tf.sum(tf.mul(share, deviceScore), 1)) as tf.Scalar;
  },
} satisfies Balancer;

/** Without a limit a token may go to every device. */
function traffic({ devices, deviceLimit = devices }: BalanceContext, experts: number) {
  if (!devices || !deviceLimit)
    throw new Error('The communication loss needs the number of devices.');
  if (experts % devices !== 0)
    throw new Error(`${experts} experts cannot be spread evenly over ${devices} devices.`);
  if (deviceLimit > devices)
    throw new Error(`A token can go to ${devices} devices at most; the limit is ${deviceLimit}.`);
  return { devices, deviceLimit };
}
