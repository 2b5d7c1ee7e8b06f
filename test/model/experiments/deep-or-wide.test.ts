/** What the labs of station 02 compare must be what they say: equal budgets, exact constructions. */
import { describe, expect, it } from 'vitest';
import basin from '../../../src/model/experiments/deep-or-wide/basin';
import depthRace, { netsOf } from '../../../src/model/experiments/deep-or-wide/depth-race';
import { contestantsOf } from '../../../src/model/experiments/deep-or-wide/memory-race';
import { netsOf as planeNets } from '../../../src/model/experiments/deep-or-wide/plane-race';
import * as deepMlp from '../../../src/model/networks/deep-mlp';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';

useBackend({ inNode: 'wasm' });

const race = { folds: 4, budget: 1873, layers: 4, equal: 'parameters', learningRate: 0.003 };

describe('the race', () => {
  it('gives both networks exactly the same budget where it can', () => {
    const { deep, wide } = netsOf(race);
    expect(deep.widths).toEqual([24, 24, 24, 24]);
    expect(wide.widths).toEqual([624]);
    expect(deepMlp.parameters(deep)).toBe(1873);
    expect(deepMlp.parameters(wide)).toBe(1873);
  });

  it('gives the wide one more weights where multiplications are equal', () => {
    const { deep, wide } = netsOf({ ...race, equal: 'multiplications', budget: 1776 });
    expect(deepMlp.multiplications(wide)).toBe(deepMlp.multiplications(deep));
    expect(wide.widths).toEqual([888]);
  });

  it('counts the pieces of what it trains, and of what is written down', async () => {
    const session = depthRace.start(race, 1);
    const now = {
      state: session.state,
      live: {},
      inputs: {},
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
    };
    const kinks = await session.acts.pieces(now);
    expect(kinks[2]).toHaveLength(15);
    // A wide network of n units has at most n kinks; most of them lie in the interval.
    expect(kinks[1].length).toBeGreaterThan(450);
    expect(kinks[1].length).toBeLessThanOrEqual(624);
    expect(kinks[0].length).toBeLessThan(150);
    tf.dispose([session.state, now.random.counter]);
    session.dispose();
  });
});

describe('the neighbourhood of the construction', () => {
  it('starts the farther off the more the weights are moved, and learns', async () => {
    const session = basin.start({ folds: 3, moved: 'all', learningRate: 0.003 }, 1);
    const { metrics, state } = tf.tidy(() =>
      session.step({
        state: session.state,
        live: { learningRate: tf.scalar(0.003) },
        inputs: {},
        random: { seed: 1, counter: tf.scalar(0, 'int32') },
      }),
    );
    const losses = [...(await metrics.losses.data())];
    const medians = Array.from({ length: 5 }, (_, row) => {
      const errors = losses.slice(row * 20, (row + 1) * 20).sort((a, b) => a - b);
      return (errors[9] + errors[10]) / 2;
    });
    expect(medians).toEqual([...medians].sort((a, b) => a - b));
    expect(medians[0]).toBeLessThan(0.005);
    expect(medians[4]).toBeGreaterThan(0.2);
    tf.dispose([session.state, state, metrics]);
    session.dispose();
  });

  it('moves the creases alone where it is told to', async () => {
    const session = basin.start({ folds: 2, moved: 'creases', learningRate: 0.003 }, 1);
    const weight = await session.state['layers.1.weight'].data();
    // Of all networks but the twenty at random: exactly 2 and −4.
    expect(new Set(weight.slice(0, 100 * 4))).toEqual(new Set([2, -4]));
    tf.dispose(session.state);
    session.dispose();
  });
});

it('learning by heart: a sparse contestant multiplies as often and stores more', () => {
  const settings = { items: 6144, equal: 'multiplications', budget: 2000, learningRate: 0.01 };
  const { dense, sparse } = contestantsOf(settings);
  expect(deepMlp.multiplications(dense[0])).toBe(2000);
  for (const { hidden } of sparse) expect(hidden * 40).toBe(2000);
  const { sparse: small } = contestantsOf({ ...settings, equal: 'parameters' });
  expect(small.map(({ hidden, experts }) => hidden * experts)).toEqual([50, 48, 48]);
});

it('the plane: about 300 numbers each', () => {
  const nets = planeNets({ plane: 'spirals', turns: 3, budget: 300, learningRate: 0.01 });
  for (const net of nets) expect(Math.abs(deepMlp.parameters(net) - 300)).toBeLessThan(20);
});
