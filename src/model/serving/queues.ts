/**
 * Experts on several devices, computing for many at once: a layer is done when the busiest device is.
 * Some experts may have copies on other devices; a token goes to the copy with the shorter queue.
 */

/** The devices that hold each expert, its first home before its copies. */
export type Homes = readonly (readonly number[])[];

/** Each expert once, in the order of their numbers, as many on each device as can be. */
export const homesInOrder = (experts: number, devices: number): number[][] =>
  Array.from({ length: experts }, (_, expert) => [Math.floor((expert * devices) / experts)]);

/**
 * So many copies more: one after another, of the expert that has the most work for each of its
 * copies, onto the device that has been given the fewest copies, of those the one with the least
 * work. `work` is what was seen of each expert before. deepseekv3, §3.4.1 does the like.
 */
export function withSpares(homes: Homes, work: readonly number[], spares: number): number[][] {
  const placed = homes.map((own) => [...own]);
  const devices = 1 + Math.max(...placed.flat());
  const given = new Array<number>(devices).fill(0);
  const busy = (device: number) =>
    placed.reduce(
      (sum, own, expert) => sum + (own.includes(device) ? work[expert] / own.length : 0),
      0,
    );
  for (let spare = 0; spare < spares; spare++) {
    const hottest = Array.from(placed.keys())
      .filter((expert) => placed[expert].length < devices)
      .sort((a, b) => work[b] / placed[b].length - work[a] / placed[a].length || a - b)[0];
    if (hottest === undefined) break;
    const [device] = Array.from({ length: devices }, (_, device) => device)
      .filter((device) => !placed[hottest].includes(device))
      .sort((a, b) => given[a] - given[b] || busy(a) - busy(b) || a - b);
    placed[hottest].push(device);
    given[device]++;
  }
  return placed;
}

/**
 * [devices][experts]: how many of these tokens' assignments each device computes, expert by expert.
 * Of an expert's copies the one with the shorter queue takes the next.
 */
export function queues(
  calls: readonly (readonly number[])[],
  homes: Homes,
  devices: number,
): number[][] {
  const work = Array.from({ length: devices }, () => new Array<number>(homes.length).fill(0));
  const length = new Array<number>(devices).fill(0);
  for (const call of calls)
    for (const expert of call) {
      const device = homes[expert].reduce((best, other) =>
        length[other] < length[best] ? other : best,
      );
      work[device][expert]++;
      length[device]++;
    }
  return work;
}

/** The longest queue over the mean: 1 where all devices are equally busy. */
export function busiest(work: readonly (readonly number[])[]): number {
  const lengths = work.map((own) => own.reduce((sum, count) => sum + count, 0));
  const all = lengths.reduce((sum, length) => sum + length, 0);
  return all ? (Math.max(...lengths) * lengths.length) / all : 1;
}
