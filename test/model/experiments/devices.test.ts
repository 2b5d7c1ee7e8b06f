/**
 * What station 09 claims, tried out with few steps: a limit holds for every token, moving experts
 * changes trips and nothing else, a device without room drops, and chance is counted as it should.
 */
import { describe, expect, it } from 'vitest';
import { expectedDevices, shareOfSetsWithin } from '../../../src/model/accounting/communication';
import { groupsByRule } from '../../../src/model/accounting/group-chance';
import type { Ledger } from '../../../src/model/accounting/ledger';
import cluster from '../../../src/model/experiments/devices/cluster';
import { inOrder } from '../../../src/model/experiments/devices/shared/yard';
import threeLosses from '../../../src/model/experiments/devices/three-losses';
import type { Settings, StepInput } from '../../../src/model/experiments/types';
import { uniforms } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

describe('sets that a limit leaves', () => {
  it('are counted', () => {
    // Two of six experts in three groups of two: 3 of 15 pairs lie in one group.
    expect(shareOfSetsWithin(6, 2, 3, 1)).toBeCloseTo(3 / 15, 12);
    expect(shareOfSetsWithin(6, 2, 3, 2)).toBeCloseTo(1, 12);
    // Three of six: 6 · 2 choose a pair and one more, 8 one of each group.
    expect(shareOfSetsWithin(6, 3, 3, 2)).toBeCloseTo(12 / 20, 12);
    expect(shareOfSetsWithin(256, 8, 8, 4)).toBeCloseTo(0.175, 3);
    expect(shareOfSetsWithin(256, 8, 8, 8)).toBeCloseTo(1, 9);
    expect(() => shareOfSetsWithin(10, 2, 4, 1)).toThrow('10 experts do not divide among 4 groups');
  });
});

describe('groups by chance and rule', () => {
  it('are as many as the formula says where nothing is limited', () => {
    const free = groupsByRule(
      { experts: 64, topK: 8, groups: 8, limit: 8, best: 1 },
      uniforms(1, 'groups'),
    );
    expect(Math.abs(free - expectedDevices(64, 8, 8))).toBeLessThan(0.04);
  });

  it('are more than if groups were drawn, since each is kept for its best', () => {
    const ruled = groupsByRule(
      { experts: 256, topK: 8, groups: 8, limit: 4, best: 2 },
      uniforms(1, 'groups'),
    );
    expect(ruled).toBeGreaterThan(expectedDevices(256, 8, 8, 4) + 0.2);
    expect(Math.abs(ruled - 3.95)).toBeLessThan(0.02);
  });

  it('refuse what cannot be', () => {
    const rule = { experts: 16, topK: 5, groups: 8, limit: 2, best: 1 };
    expect(() => groupsByRule(rule, Math.random)).toThrow(
      '2 of 8 groups hold 4 experts, fewer than topK 5',
    );
    expect(() => groupsByRule({ ...rule, groups: 5 }, Math.random)).toThrow(
      'do not divide among 5 groups',
    );
  });
});

describe('a cluster', () => {
  const visits = async (settings: Settings) => {
    const [row] = await train(cluster, settings, 1, 1);
    return { devices: row.devices[0], nodes: row.nodes[0] };
  };

  it('keeps every token within its limit', async () => {
    const free = await visits({});
    expect(Math.abs(free.devices - expectedDevices(64, 8, 8))).toBeLessThan(0.3);
    const { devices } = await visits({ mostGroups: 2, groupScore: 'two' });
    expect(devices).toBeLessThanOrEqual(2.0001);
    expect(devices).toBeGreaterThan(1.8);
    const { nodes } = await visits({ mostGroups: 2, groupsAre: 'nodes' });
    expect(nodes).toBeLessThanOrEqual(2.0001);
  });

  it('counts trips where experts stand, and chooses the same ones wherever that is', async () => {
    const session = cluster.start(defaults, 1);
    const asked = async (deviceOf: readonly number[]) => {
      const placement = tf.tensor1d(Float32Array.from(deviceOf));
      const now = { state: session.state, live: {}, inputs: { placement } } as unknown as StepInput;
      const bill = (await session.acts.bill(now, {})) as unknown as Ledger;
      placement.dispose();
      return bill;
    };
    const first = await asked(inOrder);
    expect(first.tokensByDevices.reduce((all, count) => all + count, 0)).toBe(4096);
    // All experts on one device: nobody travels but to it, and it alone works.
    const one = await asked(inOrder.map(() => 3));
    expect([one.devicesPerToken, one.busiestWorker]).toEqual([1, 8]);
    expect(one.work.reduce((all, calls) => all + calls, 0)).toBe(4096 * 8);
    session.dispose();
    tf.dispose(session.state);
  });

  it('refuses a balancer that is a loss', () => {
    expect(() => cluster.start({ ...defaults, balancer: 'switch' }, 1)).toThrow(
      'the balancer "switch" moves no bias',
    );
  });
});

describe('the three losses', () => {
  const end = async (settings: Settings, steps: number) => {
    const all = { ...defaults, mostGroups: 3, learningRate: 0.01, ...settings };
    return (await train(threeLosses, all, 1, steps)).at(-1)!;
  };

  it('drop only where a device has no room, and less where devices are even', async () => {
    expect((await end({}, 1)).dropped[0]).toBe(0);
    const tight = { deviceRoom: '1', learningRate: 0.05 };
    const before = (await end(tight, 5)).dropped[0];
    expect(before).toBeGreaterThan(0.02);
    expect((await end({ ...tight, deviceLoss: 1 }, 5)).dropped[0]).toBeLessThan(0.8 * before);
  });
});
