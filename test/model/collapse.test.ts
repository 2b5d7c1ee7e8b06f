/**
 * What station 06 claims, tried out: without a balancer two experts take nearly everything, on
 * every seed; with one they do not; and a mixture that has collapsed recovers. Hundreds of steps,
 * so on the CPU backend alone: the WebGPU run of stations.test.ts holds the steps equal.
 */
import { describe, expect, it } from 'vitest';
import { backend, useBackend } from './backend';
import { meanLoad, trainMixture } from './training';

useBackend({ inNode: 'wasm' });

/** Without a balancer two experts have all the rest to themselves after 60 steps. */
const soon = 100;

const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe.runIf(backend === 'cpu')('a mixture on clusters with a common part', () => {
  it.each([1, 2, 3, 4])('collapses without a balancer, seed %i', async (seed) => {
    const { load } = await trainMixture({ balancer: 'none' }, seed, soon);
    const shares = meanLoad(load, 20).sort((a, b) => b - a);
    expect(shares[0] + shares[1]).toBeGreaterThan(0.85);
  });

  it.each([1, 2])(
    'does not collapse where tokens have nothing in common, seed %i',
    async (seed) => {
      const { load } = await trainMixture({ balancer: 'none', common: 0 }, seed, soon);
      const shares = meanLoad(load, 20).sort((a, b) => b - a);
      // Seeds 1 to 8 gave 0.29 to 0.34 over the last of 1,000 steps.
      expect(shares[0] + shares[1]).toBeLessThan(0.5);
      expect(shares[7]).toBeGreaterThan(0.02 / 8);
    },
  );

  it('collapses even where the experts do not learn', async () => {
    const { load, loss } = await trainMixture({ balancer: 'none', expertsLearn: false }, 1, soon);
    const shares = meanLoad(load, 20).sort((a, b) => b - a);
    expect(shares[0] + shares[1]).toBeGreaterThan(0.8);
    expect(mean(loss.slice(-20))).toBeGreaterThan(4); // nothing but the router can have moved
  });

  // A bias sways for longer.
  it.each([
    ['switch', soon],
    ['importance', soon],
    ['bias', 250],
  ])('stays spread with %s from the start', async (balancer, steps) => {
    const { load } = await trainMixture({ balancer }, 1, steps);
    const shares = meanLoad(load, 20).sort((a, b) => b - a);
    expect(shares[0] + shares[1]).toBeLessThan(0.6);
  });

  it('recovers when the Switch loss is switched on, and then fits better', async () => {
    const changes = [{ step: 200, name: 'balancer', value: 'switch' }];
    const { load, loss } = await trainMixture({ balancer: 'none' }, 2, 650, changes);
    const shares = meanLoad(load, 20).sort((a, b) => b - a);
    expect(shares[0] + shares[1]).toBeLessThan(0.4);
    expect(mean(loss.slice(-20))).toBeLessThan(mean(loss.slice(180, 200)));
  });
});
