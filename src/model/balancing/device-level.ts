import * as tf from '../../tensor/tf';
import { scoreShares } from '../score-shares';
import { sequenceMeans } from '../sequences';
import type { BalanceContext, Balancer, RoutingPart } from '../types';

/**
 * The expert-level loss between devices instead of experts: a device's load is the mean load of
 * its experts, its score the sum of their scores. What happens within a device costs nothing.
 * deepseekv2, eq. 26–28. Even load gives 1, everything on one device the number of devices.
 */
export default {
  name: 'device-level',
  label: 'device level (DeepSeek-V2)',
  source: 'deepseekv2',
  needs: ['devices'],
  extremes: (_, context) => ({ even: 1, collapsed: context?.devices ?? 1 }),

  loss(routing: RoutingPart<'mask' | 'scores' | 'independent'>, topK, context = {}) {
    const { mask } = routing;
    const [, experts] = mask.shape;
    const devices = devicesOf(context, experts);
    const share = tf.mul(sequenceMeans(mask, context.sequenceLength), experts / topK);
    const score = sequenceMeans(scoreShares(routing), context.sequenceLength); // [sequences, experts]
    const perDevice = [share.shape[0], devices, experts / devices];
    const deviceShare = tf.mean(tf.reshape(share, perDevice), 2); // [sequences, devices]
    const deviceScore = tf.sum(tf.reshape(score, perDevice), 2);
    return tf.mean(tf.sum(tf.mul(deviceShare, deviceScore), 1)) as tf.Scalar;
  },
} satisfies Balancer;

function devicesOf({ devices }: BalanceContext, experts: number): number {
  if (!devices) throw new Error('The device-level loss needs the number of devices.');
  if (experts % devices !== 0)
    throw new Error(`${experts} experts cannot be spread evenly over ${devices} devices.`);
  return devices;
}
