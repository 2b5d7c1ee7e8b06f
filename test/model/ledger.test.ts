import { describe, expect, it } from 'vitest';
import { expectedDevices } from '../../src/model/accounting/communication';
import { chosenSets, ledger, regrouped } from '../../src/model/accounting/ledger';
import { uniforms } from '../../src/tensor/random';

const inOrder = (experts: number, devices: number) =>
  Array.from({ length: experts }, (_, expert) => Math.floor((expert * devices) / experts));

/** k different experts of each token, by chance. */
function randomSets(tokens: number, experts: number, topK: number, seed = 1): number[][] {
  const next = uniforms(seed, 'sets');
  return Array.from({ length: tokens }, () => {
    const keys = Array.from({ length: experts }, next);
    return keys
      .map((_, e) => e)
      .sort((a, b) => keys[a] - keys[b])
      .slice(0, topK);
  });
}

describe('the ledger', () => {
  it('counts by hand', () => {
    // Four experts on two devices; tokens 0 and 1 at home on device 0, token 2 on device 1.
    const mask = [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1];
    const sets = chosenSets(mask, 4);
    expect(sets).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const cluster = { devices: 2, deviceOf: [0, 0, 1, 1], homeOf: (t: number) => Number(t > 1) };
    expect(ledger(sets, cluster)).toEqual({
      devicesPerToken: 4 / 3,
      tokensByDevices: [0, 2, 1],
      links: [
        [2, 1],
        [0, 1],
      ],
      copiesPerToken: 1 / 3,
      callsPerToken: 1 / 3,
      // Each device is a node of its own.
      nodesPerToken: 4 / 3,
      slowPerToken: 1 / 3,
      fastPerToken: 0,
      work: [3, 3],
      busiestReceiver: 2, // one copy in all, at one of two
      busiestLink: 2,
      busiestWorker: 1,
    });
  });

  it('agrees with what is expected of chance', () => {
    const sets = randomSets(4000, 64, 8);
    const homeOf = (token: number) => token % 8;
    const found = ledger(sets, { devices: 8, deviceOf: inOrder(64, 8), homeOf });
    expect(Math.abs(found.devicesPerToken - expectedDevices(64, 8, 8))).toBeLessThan(0.06);
    expect(found.tokensByDevices.reduce((a, b) => a + b, 0)).toBe(4000);
    // One device in eight is home.
    expect(Math.abs(found.copiesPerToken - (7 / 8) * found.devicesPerToken)).toBeLessThan(0.05);
    expect(found.busiestWorker).toBeLessThan(1.1);
  });

  it('sends a copy to a node once, which hands it on', () => {
    // Two nodes of two devices, an expert on each; all tokens start on device 1.
    const cluster = { devices: 4, nodes: 2, deviceOf: [0, 1, 2, 3], homeOf: () => 1 };
    const bill = (set: number[]) => {
      const { nodesPerToken, slowPerToken, fastPerToken, copiesPerToken } = ledger([set], cluster);
      return [nodesPerToken, slowPerToken, fastPerToken, copiesPerToken];
    };
    expect(bill([1])).toEqual([1, 0, 0, 0]);
    expect(bill([0])).toEqual([1, 0, 1, 1]); // next door
    expect(bill([3])).toEqual([1, 1, 0, 1]); // across, to the place of its home
    expect(bill([2])).toEqual([1, 1, 1, 1]); // across, and handed on
    expect(bill([0, 1, 2, 3])).toEqual([2, 1, 2, 3]);
    // Two experts of one device share the way there; a copy for each would be two.
    const twice = { devices: 2, deviceOf: [0, 0, 1, 1], homeOf: () => 0 };
    const { callsPerToken, copiesPerToken } = ledger([[2, 3]], twice);
    expect([callsPerToken, copiesPerToken]).toEqual([2, 1]);
    expect(() => ledger([[0]], { ...cluster, nodes: 3 })).toThrow(
      '4 devices do not divide among 3 nodes',
    );
  });

  it('is even where nothing is sent', () => {
    const found = ledger([[0], [0]], { devices: 3, deviceOf: [1, 0, 2], homeOf: () => 1 });
    expect([found.copiesPerToken, found.busiestReceiver, found.busiestLink]).toEqual([0, 1, 1]);
    expect(found.busiestWorker).toBe(3);
    const none = ledger([], { devices: 3, deviceOf: [1, 0, 2], homeOf: () => 1 });
    expect([none.devicesPerToken, none.copiesPerToken, none.busiestWorker]).toEqual([0, 0, 1]);
  });

  it('says what cannot be', () => {
    const cluster = { devices: 2, deviceOf: [0, 1], homeOf: () => 0 };
    expect(() => ledger([[2]], cluster)).toThrow('Expert 2 has no device: 2 experts are placed');
    expect(() => ledger([[0]], { ...cluster, deviceOf: [0, 2] })).toThrow('There is no device 2');
    expect(() => ledger([[0]], { ...cluster, homeOf: () => 2 })).toThrow('There is no device 2');
  });
});

describe('tidying up', () => {
  it('brings together what is chosen together', () => {
    // Experts e and e + 4 always answer together, and start on different devices.
    const sets = Array.from({ length: 40 }, (_, t) => [t % 4, (t % 4) + 4]);
    const deviceOf = inOrder(8, 4);
    const homeOf = () => 0;
    expect(ledger(sets, { devices: 4, deviceOf, homeOf }).devicesPerToken).toBe(2);
    const placed = regrouped(sets, deviceOf);
    expect(ledger(sets, { devices: 4, deviceOf: placed, homeOf }).devicesPerToken).toBe(1);
    expect([...placed].sort()).toEqual([...deviceOf].sort());
    expect(deviceOf).toEqual(inOrder(8, 4));
  });

  it('never makes it worse, and keeps as many experts on each device', () => {
    const sets = randomSets(200, 16, 3, 4);
    const deviceOf = inOrder(16, 4);
    const homeOf = (token: number) => token % 4;
    const placed = regrouped(sets, deviceOf);
    const count = (of: number[]) =>
      ledger(sets, { devices: 4, deviceOf: of, homeOf }).devicesPerToken;
    expect(count(placed)).toBeLessThan(count(deviceOf));
    expect([...placed].sort()).toEqual([...deviceOf].sort());
  });
});
