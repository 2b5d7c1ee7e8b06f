/**
 * A small cluster: eight devices with eight of 64 experts each, two devices to a node. A sequence
 * waits on one device for its answers. Plain numbers: the page counts with them, too.
 */
import type { Cluster } from '../../../accounting/ledger';

export const devices = 8;
export const nodes = 4;
export const experts = 64;
export const topK = 8;
/** Tokens of a sequence, and domains that sequences have in turn. */
export const sequence = 32;
export const domains = 4;
/** Tokens to look at: 128 sequences, every domain on every device. */
export const specimens = 4096;

/** Experts in the order of their numbers, eight on each device. */
export const inOrder: readonly number[] = Array.from({ length: experts }, (_, expert) =>
  Math.floor((expert * devices) / experts),
);

/** Of the tokens to look at: four sequences, one of each domain, start on a device, then on the next. */
export const homeOf = (token: number): number => Math.floor(token / sequence / domains) % devices;

export const clusterOf = (deviceOf: readonly number[] = inOrder): Cluster => ({
  devices,
  nodes,
  deviceOf,
  homeOf,
});
