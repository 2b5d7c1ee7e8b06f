/**
 * What expert parallelism sends: each device holds an equal share of every layer's experts, and
 * tokens travel to their experts and back. lepikhin2020, §3; deepseekv3, §3.2.2.
 */
import { binomial } from '../routes';
import { type Architecture, isSparseLayer } from './architecture';

export interface Placement {
  /** Devices that hold the experts (R). */
  devices: number;
  /** A token may be sent to at most so many devices (M); else to any. deepseekv2, §2.2.2. */
  deviceLimit?: number;
  /** Bytes per element on the way to the experts and on the way back. */
  bytes?: { dispatch: number; combine: number };
  /** True if a device gets a token once, however many of its experts are chosen. */
  oncePerDevice?: boolean;
}

/**
 * Expected number of devices that a token's k experts lie on, if M devices (all R without a limit)
 * are drawn first, and k of their experts then, each choice as likely:
 * M (1 − C(P − E/R, k) / C(P, k)), where P = M · E/R is how many experts these devices hold.
 *
 * Routers do not draw devices but score them by their best experts (group-limited.ts), so that
 * every one is a little more likely to be used: with independent scores and DeepSeek-V3's rule,
 * k = 8 of 256 experts on M = 4 of 8 nodes, it is 3.95 where this says 3.63.
 * Throws if the experts do not divide among the devices, or the limit leaves fewer than k.
 */
export function expectedDevices(
  experts: number,
  topK: number,
  devices: number,
  deviceLimit = devices,
): number {
  if (experts % devices !== 0)
    throw new Error(
      `${experts} experts do not divide among ${devices} devices; choose a divisor of ${experts}.`,
    );
  const used = Math.min(deviceLimit, devices);
  const own = experts / devices;
  const pool = used * own;
  if (topK > pool)
    throw new Error(`${used} of ${devices} devices hold ${pool} experts, fewer than topK ${topK}.`);
  let none = 1; // probability that a given one of these devices holds none of them
  for (let i = 0; i < topK; i++) none *= Math.max(0, pool - own - i) / (pool - i);
  return used * (1 - none);
}

/**
 * Bytes that leave a device per token, all sparse layers, forward: dispatch and combine. A share
 * of 1/R of the copies stays at home. Training sends as much again backward.
 * Throws if the experts of a layer do not divide among the devices.
 */
export function allToAllBytesPerToken(architecture: Architecture, placement: Placement): number {
  const { devices, deviceLimit, oncePerDevice } = placement;
  const { dispatch, combine } = placement.bytes ?? { dispatch: 2, combine: 2 };
  let copies = 0;
  for (const layer of architecture.layers.filter(isSparseLayer)) {
    const { experts, topK } = layer.feedForward;
    if (experts % devices !== 0)
      throw new Error(
        `${experts} experts do not divide among ${devices} devices; choose a divisor of ${experts}.`,
      );
    copies += oncePerDevice ? expectedDevices(experts, topK, devices, deviceLimit) : topK;
  }
  return copies * (1 - 1 / devices) * architecture.dim * (dispatch + combine);
}

/**
 * Share of all sets of k experts that lie on at most `limit` of so many groups of equally many
 * experts: what a group limit leaves to choose from. Sums over the number j of groups that a set
 * really touches, C(groups, j) · Σ_i (−1)^i C(j, i) C((j − i) · size, k).
 * Throws if the experts do not divide among the groups.
 */
export function shareOfSetsWithin(
  experts: number,
  topK: number,
  groups: number,
  limit: number,
): number {
  if (experts % groups !== 0)
    throw new Error(
      `${experts} experts do not divide among ${groups} groups; choose a divisor of ${experts}.`,
    );
  const size = experts / groups;
  let allowed = 0;
  for (let touched = 1; touched <= Math.min(limit, groups); touched++) {
    let onto = 0; // sets that touch each of `touched` given groups
    for (let left = 0; left < touched; left++)
      onto +=
        (left % 2 ? -1 : 1) * binomial(touched, left) * binomial((touched - left) * size, topK);
    allowed += binomial(groups, touched) * onto;
  }
  return allowed / binomial(experts, topK);
}
