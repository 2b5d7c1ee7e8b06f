/** Experts moved between devices, and what that saves: arranged on some tokens, counted on others. */
import type { Findings, RunData } from '../../../lab/types';
import { ledger, regrouped } from '../../../model/accounting/ledger';
import { clusterOf, homeOf, inOrder } from '../../../model/experiments/devices/shared/yard';

type Sets = number[][];

/** Half of the tokens: the first to arrange by, the second to count on. */
const half = (sets: Sets) => Math.floor(sets.length / 2);

/** Trips and devices of the tokens that nobody arranges by. */
export function counted(sets: Sets, deviceOf: readonly number[]) {
  const from = half(sets);
  const found = ledger(sets.slice(from), {
    ...clusterOf(deviceOf),
    homeOf: (token) => homeOf(token + from),
  });
  return {
    devices: found.devicesPerToken,
    trips: found.copiesPerToken,
    worker: found.busiestWorker,
    receiver: found.busiestReceiver,
    overFour:
      found.tokensByDevices.slice(5).reduce((sum, count) => sum + count, 0) /
      Math.max(1, sets.length - from),
  };
}

export const arranged = (sets: Sets, deviceOf: number[]): number[] =>
  regrouped(sets.slice(0, half(sets)), deviceOf);

/** By how many trips of one token the exchange changes what is arranged by. */
export function gain(sets: Sets, deviceOf: number[], a: number, b: number): number {
  const own = sets.slice(0, half(sets));
  const [from, to] = [deviceOf[a], deviceOf[b]];
  let change = 0;
  own.forEach((experts, token) => {
    const [hasA, hasB] = [experts.includes(a), experts.includes(b)];
    if (hasA === hasB) return;
    const others = experts.filter((expert) => expert !== (hasA ? a : b));
    const [left, entered] = hasA ? [from, to] : [to, from];
    const home = homeOf(token);
    const empty = (device: number) =>
      device !== home && !others.some((expert) => deviceOf[expert] === device);
    change += Number(empty(entered)) - Number(empty(left));
  });
  return change / own.length;
}

/** Experts of one group side by side, eight to a device. */
function sortedBy(groups: number[]): number[] {
  const order = groups.map((_, expert) => expert).sort((a, b) => groups[a] - groups[b] || a - b);
  const deviceOf = new Array<number>(groups.length).fill(0);
  order.forEach((expert, place) => {
    deviceOf[expert] = inOrder[place];
  });
  return deviceOf;
}

/** An arrangement by nothing: the experts dealt out anew, always in the same way. */
const dealt = sortedBy(inOrder.map((_, expert) => (expert * 37 + 11) % 64));

/** What does not depend on where the reader has put them: computed once for the same two answers. */
const known = new WeakMap<Sets, { favourites: unknown; found: Findings }>();

export function arrangements(run: RunData): Findings {
  const sets = run.answers?.sets as unknown as Sets | undefined;
  const favourites = run.answers?.favourites as unknown as
    | { kinds: number[]; domains: number[] }
    | undefined;
  if (!sets || !favourites) return {};
  const before = known.get(sets);
  if (before?.favourites === favourites) return before.found;
  const first = counted(sets, inOrder);
  const tidy = counted(sets, arranged(sets, [...inOrder]));
  const found = {
    firstDevices: first.devices,
    firstTrips: first.trips,
    firstOverFour: first.overFour,
    tidyDevices: tidy.devices,
    tidyTrips: tidy.trips,
    tidyOverFour: tidy.overFour,
    tidyReceiver: tidy.receiver,
    tidyWorker: tidy.worker,
    saved: 1 - tidy.trips / first.trips,
    byKind: counted(sets, sortedBy(favourites.kinds)).trips,
    byDomain: counted(sets, sortedBy(favourites.domains)).trips,
    dealt: counted(sets, dealt).trips,
  };
  known.set(sets, { favourites, found });
  return found;
}
