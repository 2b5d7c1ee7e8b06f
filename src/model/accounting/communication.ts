/**
 * What expert parallelism sends: each device holds an equal share of every layer's experts, and
 * tokens travel to their experts and back. lepikhin2020, §3; deepseekv3, §3.2.2.
 */
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
 * Expected number of devices that a token's k experts lie on, if every choice is as likely:
 * R (1 − C(E − E/R, k) / C(E, k)), and at most the limit.
 */
export function expectedDevices(
  experts: number,
  topK: number,
  devices: number,
  deviceLimit = devices,
): number {
  const own = experts / devices;
  let none = 1; // probability that a given device holds none of them
  for (let i = 0; i < topK; i++) none *= Math.max(0, experts - own - i) / (experts - i);
  return Math.min(devices * (1 - none), deviceLimit);
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
