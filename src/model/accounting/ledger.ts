/**
 * What a router's choices send over a cluster, counted token by token, where communication.ts gives
 * what to expect of chance. Plain TypeScript: a mask read back once is counted again whenever a
 * reader moves an expert.
 */

/** Where experts and tokens live. */
export interface Cluster {
  devices: number;
  /**
   * Nodes that hold equally many devices each, in order, with fast links inside and slow ones
   * between; each device by itself unless said.
   */
  nodes?: number;
  /** Device of each expert, from 0. */
  deviceOf: readonly number[];
  /** Device on which a token waits for its answer. */
  homeOf(token: number): number;
}

export interface Ledger {
  /** Mean number of devices that a token's experts lie on. */
  devicesPerToken: number;
  /** Tokens by the number of devices they visit: from 0 to all of them. */
  tokensByDevices: number[];
  /** links[a][b]: copies of tokens of device a that go to device b; a = b stays at home. */
  links: number[][];
  /** Copies that leave their home, per token: one for a device, however many of its experts answer. */
  copiesPerToken: number;
  /** Assignments to experts away from home, per token: copies, if every expert were sent its own. */
  callsPerToken: number;
  /** Mean number of nodes that a token's experts lie on. */
  nodesPerToken: number;
  /**
   * Copies that cross between nodes, per token: one for a node, which hands it on within. It comes
   * in at the device with its home's place in the node; deepseekv3, §3.2.2.
   */
  slowPerToken: number;
  /** Copies that are handed on within a node, its home's among them, per token. */
  fastPerToken: number;
  /** Assignments computed on each device. */
  work: number[];
  /** What comes in over all links at the busiest device, over the mean of all devices. */
  busiestReceiver: number;
  /** Copies on the busiest link between two devices, over the mean of all such links. */
  busiestLink: number;
  /** Assignments computed on the busiest device, over the mean. */
  busiestWorker: number;
}

/** The experts of each token, from a mask [tokens, experts] in one row. */
export function chosenSets(mask: ArrayLike<number>, experts: number): number[][] {
  return Array.from({ length: mask.length / experts }, (_, token) =>
    Array.from({ length: experts }, (_, expert) => expert).filter(
      (expert) => mask[token * experts + expert] > 0,
    ),
  );
}

/**
 * Counts what the tokens' experts, `sets`, mean for the cluster. Ratios are 1 where all are alike,
 * also where nothing is sent. Throws if an expert has no device, or it or a token lies on one that
 * there is not.
 */
export function ledger(sets: readonly number[][], cluster: Cluster): Ledger {
  const { devices, nodes = devices, deviceOf, homeOf } = cluster;
  checkDevices(deviceOf, devices);
  if (devices % nodes !== 0)
    throw new Error(
      `${devices} devices do not divide among ${nodes} nodes; choose a divisor of ${devices}.`,
    );
  const size = devices / nodes;
  const nodeOf = (device: number) => Math.floor(device / size);
  const each = Array.from({ length: devices }, (_, device) => device);
  const links = each.map(() => new Array<number>(devices).fill(0));
  const work = new Array<number>(devices).fill(0);
  const tokensByDevices = new Array<number>(devices + 1).fill(0);
  let [reached, slow, fast, calls] = [0, 0, 0, 0];
  sets.forEach((experts, token) => {
    const home = homeOf(token);
    checkDevices([home], devices);
    const visited = new Set<number>();
    for (const expert of experts) {
      const device = deviceOf[expert];
      if (device === undefined)
        throw new Error(
          `Expert ${expert} has no device: ${deviceOf.length} experts are placed, from 0 on.`,
        );
      visited.add(device);
      work[device]++;
      if (device !== home) calls++;
    }
    tokensByDevices[visited.size]++;
    const nodesReached = new Set<number>();
    for (const device of visited) {
      links[home][device]++;
      nodesReached.add(nodeOf(device));
      if (device % size !== home % size) fast++;
    }
    reached += nodesReached.size;
    slow += nodesReached.size - Number(nodesReached.has(nodeOf(home)));
  });
  const away = each.flatMap((from) => each.flatMap((to) => (from === to ? [] : [links[from][to]])));
  const received = each.map((to) => sum(each.map((from) => (from === to ? 0 : links[from][to]))));
  const tokens = sets.length || 1; // no tokens: nothing to divide
  return {
    devicesPerToken: sum(tokensByDevices.map((count, visited) => count * visited)) / tokens,
    tokensByDevices,
    links,
    copiesPerToken: sum(away) / tokens,
    callsPerToken: calls / tokens,
    nodesPerToken: reached / tokens,
    slowPerToken: slow / tokens,
    fastPerToken: fast / tokens,
    work,
    busiestReceiver: overMean(received),
    busiestLink: overMean(away),
    busiestWorker: overMean(work),
  };
}

/**
 * A placement with as many experts on each device as before, reached by exchanging two experts
 * wherever that makes the tokens visit fewer devices, until no exchange does (or for eight rounds).
 * Experts that are chosen together end up together.
 */
export function regrouped(sets: readonly number[][], deviceOf: readonly number[]): number[] {
  const placed = [...deviceOf];
  checkDevices(placed, Math.max(...placed) + 1);
  const devices = Math.max(...placed) + 1;
  const users = placed.map((): number[] => []);
  // used[t · devices + d]: experts of token t on device d. An exchange moves two of these by one.
  const used = new Uint8Array(sets.length * devices);
  sets.forEach((experts, token) => {
    for (const expert of experts) {
      users[expert].push(token);
      used[token * devices + placed[expert]]++;
    }
  });
  const has = sets.map((experts) => new Set(experts));
  /** Moves an expert away, for tokens that do not use its partner; visits that this adds. */
  const move = (expert: number, to: number, partner: number): number => {
    const from = placed[expert];
    let visits = 0;
    for (const token of users[expert]) {
      if (has[token].has(partner)) continue;
      if (--used[token * devices + from] === 0) visits--;
      if (used[token * devices + to]++ === 0) visits++;
    }
    return visits;
  };
  const exchange = (a: number, b: number): number => {
    const visits = move(a, placed[b], b) + move(b, placed[a], a);
    [placed[a], placed[b]] = [placed[b], placed[a]];
    return visits;
  };
  for (let round = 0; round < 8; round++) {
    let better = false;
    for (let a = 0; a < placed.length; a++)
      for (let b = a + 1; b < placed.length; b++) {
        if (placed[a] === placed[b]) continue;
        if (exchange(a, b) < 0) better = true;
        else exchange(a, b);
      }
    if (!better) break;
  }
  return placed;
}

function checkDevices(deviceOf: readonly number[], devices: number): void {
  const odd = deviceOf.find(
    (device) => !(Number.isInteger(device) && device >= 0 && device < devices),
  );
  if (odd !== undefined)
    throw new Error(
      `There is no device ${odd}: ${devices} devices are numbered 0 to ${devices - 1}.`,
    );
}

const sum = (numbers: number[]) => numbers.reduce((all, number) => all + number, 0);

/** The largest over the mean; 1 where there is nothing at all. */
const overMean = (numbers: number[]) => {
  const all = sum(numbers);
  return all > 0 ? (Math.max(...numbers) * numbers.length) / all : 1;
};
