/**
 * What station 07 claims, tried out with few steps: slices that are sorted by hand are the same
 * network however fine they are cut, and their gates are why; slices of one expert chosen together
 * are the old experts' sets; and what all tokens have in common goes to the shared slices.
 */
import { describe, expect, it } from 'vitest';
import { released } from '../../../src/model/accounting/released';
import { routerShare, scaledShape } from '../../../src/model/accounting/scaled';
import commonPart from '../../../src/model/experiments/small-experts/common-part';
import releasedShape from '../../../src/model/experiments/small-experts/released-shape';
import { setsInUse, takenOf } from '../../../src/model/experiments/small-experts/shared/sets';
import slices from '../../../src/model/experiments/small-experts/slices';
import type { Settings, StepInput, TrainingExperiment } from '../../../src/model/experiments/types';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

/** One probe of a model before its first step. */
async function probed(experiment: TrainingExperiment, settings: Settings, name: string) {
  const all = { ...defaults, ...settings };
  const session = experiment.start(all, 1, experiment.defaultInputs?.(all) ?? {});
  const now = { state: session.state, live: {}, inputs: {} } as unknown as StepInput;
  const result = tf.tidy(() => session.probes![name](now));
  const values = [...(await result.data())];
  const { facts } = session;
  session.dispose?.();
  tf.dispose([result, session.state]);
  return { values, facts };
}

describe('sets of experts', () => {
  const mask = () =>
    tf.tensor2d([
      [1, 1, 0, 0],
      [1, 1, 0, 0],
      [0, 1, 1, 0],
      [1, 0, 0, 1],
    ]);

  it('are counted once each', async () => {
    await expectClose(setsInUse(mask(), 2), 3, 1e-5);
  });

  it('are told by kind', async () => {
    const marks = tf.tensor2d([
      [1, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ]);
    await expectClose(
      takenOf(marks, mask()),
      [
        [2 / 3, 1, 1 / 3, 0],
        [0.5, 0.5, 0.5, 0.5],
      ],
      1e-5,
    );
  });
});

describe('slices', () => {
  const loss = async (settings: Settings, steps: number) =>
    (await train(slices, { learningRate: 0.01, ...settings }, 2, steps)).at(-1)!.loss[0];

  it('sorted by hand are the same network, however fine, if gates do not shrink', async () => {
    const whole = await loss({ chosen: 'hand', slices: 1 }, 1);
    expect(await loss({ chosen: 'hand', slices: 4 }, 1)).toBeCloseTo(whole, 4);
    const smaller = await loss({ chosen: 'hand', slices: 4, gateSum: 'root' }, 1);
    expect(Math.abs(smaller - whole)).toBeGreaterThan(0.01);
  });

  it('chosen together are the sets of eight experts; by themselves they are more', async () => {
    const together = await probed(slices, { chosen: 'together', slices: 4 }, 'setsInUse');
    expect(together.values[0]).toBeLessThanOrEqual(28.01);
    const each = await probed(slices, { slices: 4 }, 'setsInUse');
    expect(each.values[0]).toBeGreaterThan(100);
    expect(each.facts!.sets).toBe(10_518_300);
  });

  it('by hand need 28 sets at every cut, and each kind has experts that always come', async () => {
    for (const cut of [1, 4]) {
      const { values } = await probed(slices, { chosen: 'hand', slices: cut }, 'setsInUse');
      expect(values[0]).toBeCloseTo(28, 2);
      const map = await probed(slices, { chosen: 'hand', slices: cut }, 'kindMap');
      expect(map.values.filter((x) => x > 0.999)).toHaveLength(8 * cut);
    }
  });

  it('have equal parameters but for the router and the biases of the answer', async () => {
    const [whole, cut] = await Promise.all(
      [1, 4].map((cut) => probed(slices, { slices: cut }, 'setsInUse')),
    );
    // 16 numbers of the router and 8 of a bias for each expert that is added.
    expect(Number(cut.facts!.parameters) - Number(whole.facts!.parameters)).toBe(24 * (16 + 8));
  });

  it('cost the same with their router where that is paid for', async () => {
    const costs = [];
    for (const cut of [1, 2, 4, 8, 12]) {
      const { facts } = await probed(slices, { slices: cut, routerPaid: true }, 'setsInUse');
      costs.push(Number(facts!.flopsPerStep));
    }
    for (const cost of costs) expect(Math.abs(cost / costs[0] - 1)).toBeLessThan(0.1);
    expect(() => slices.start({ ...defaults, slices: 16, routerPaid: true }, 1)).toThrow(
      /12 slices at most/,
    );
  });

  it('are not cut where there are more whole experts instead', async () => {
    const { facts } = await probed(slices, { chosen: 'more', slices: 4 }, 'setsInUse');
    expect(facts).toMatchObject({ experts: 32, hidden: 32, topK: 2, sets: 496 });
    expect(() => slices.start({ ...defaults, chosen: 'more', routerPaid: true }, 1)).toThrow(
      /Cut them, or leave the router unpaid/,
    );
  });

  it('refuse by hand what does not come out even', () => {
    expect(() => slices.start({ ...defaults, chosen: 'hand', needs: 3 }, 1)).toThrow(
      /Set the kinds of a token to 2/,
    );
  });
});

describe('what is common', () => {
  it('goes to the shared slices if there is any', async () => {
    const absorbed = async (inCommon: number) => {
      const rows = await train(commonPart, { inCommon, sharedSlices: 2 }, 1, 120);
      return rows.at(-1)!.absorbed[0];
    };
    expect(await absorbed(0.8)).toBeGreaterThan(0.5);
    expect(await absorbed(0)).toBeLessThan(0.1);
  });

  it('leaves with them where they are peeled off', async () => {
    const rows = await train(commonPart, { inCommon: 0.8, sharedSlices: 2 }, 1, 101, [
      { step: 100, name: 'sharedWeight', value: 0 },
    ]);
    expect(rows[100].loss[0]).toBeGreaterThan(1.5 * rows[99].loss[0]);
  });

  it('is compared at equal gates, whatever is shared', async () => {
    // Before training all answers are noise of one size: a gate that is too large would show.
    for (const sharedSlices of [0, 2, 4]) {
      const { values } = await probed(commonPart, { sharedSlices }, 'peeled');
      expect(values[0]).toBeGreaterThan(1);
      expect(values[0]).toBeLessThan(2);
    }
  });

  it('refuses a single routed slice', () => {
    expect(() => commonPart.start({ ...defaults, sharedSlices: 5 }, 1)).toThrow(/at most 4/);
  });
});

describe('released layers, scaled down', () => {
  const shapeOf = (name: string) =>
    scaledShape(released.find((model) => model.name === name)!.architecture, 64);

  it('keep their counts and come to about 64 units at work', () => {
    expect(shapeOf('deepseekmoe-16b')).toMatchObject({
      experts: 64,
      topK: 6,
      shared: 2,
      hidden: 8,
    });
    expect(shapeOf('deepseek-v3')).toMatchObject({ experts: 256, topK: 8, shared: 1, hidden: 7 });
    expect(shapeOf('mixtral-8x7b')).toMatchObject({ experts: 8, topK: 2, shared: 0, hidden: 32 });
    // One shared block as wide as four experts.
    expect(shapeOf('qwen1.5-moe')).toMatchObject({ experts: 60, topK: 4, shared: 4, hidden: 8 });
  });

  it('say what the router costs', () => {
    // A router as wide as an expert's unit counts one product, a gated unit three.
    expect(routerShare({ dim: 10, experts: 6, units: 2, gated: true })).toBeCloseTo(0.5, 10);
    const { original } = shapeOf('deepseek-v3');
    const units = 8 * original.hidden + original.sharedHidden;
    expect(routerShare({ dim: original.dim, experts: 256, units, gated: true })).toBeCloseTo(
      0.0046,
      4,
    );
  });

  it('are refused where there are no experts, or too many', () => {
    const [v3] = released.filter(({ name }) => name === 'deepseek-v3');
    const dense = v3.architecture.layers.slice(0, 3);
    expect(() => scaledShape({ ...v3.architecture, layers: dense }, 64)).toThrow(/has experts/);
    const configuration = { ...(v3.config as object), n_routed_experts: 1024 };
    expect(() => releasedShape.start(defaults, 1, { configuration: { configuration } })).toThrow(
      /up to 512/,
    );
    expect(() => releasedShape.start(defaults, 1, {})).toThrow(/needs the configuration/);
  });
});
