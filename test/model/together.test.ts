import { describe, expect, it } from 'vitest';
import * as sparseLayer from '../../src/model/layers/sparse-layer';
import { counts } from '../../src/model/metrics';
import { balancers, routers } from '../../src/model/registry';
import { routeLogits } from '../../src/model/routing';
import { byHand, together } from '../../src/model/together';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';

useBackend();

const [bias, sequenceWise, none] = ['bias', 'sequence-wise', 'none'].map(balancers.get);
const ofV2 = ['expert-level', 'device-level', 'communication'].map(balancers.get);
const context = { sequenceLength: 8, devices: 4, deviceLimit: 2 };
const routing = () =>
  routeLogits(routers.get('sigmoid-normalised'), normal<tf.Rank.R2>([24, 8], 1, 1, 'logits'), {
    topK: 2,
  });

/** Of a scalar; a graphics device answers later. */
const value = async (scalar: tf.Tensor) => (await scalar.data())[0];

describe('several balancers as one', () => {
  it('adds losses by their weights, changing ones too', async () => {
    const weights = [0.5, 2, tf.scalar(3)];
    const all = together(ofV2.map((balancer, i) => ({ balancer, weight: weights[i] })));
    const each = await Promise.all(
      ofV2.map((balancer) => value(balancer.loss!(routing(), 2, context))),
    );
    const sum = 0.5 * each[0] + 2 * each[1] + 3 * each[2];
    await expectClose(all.loss!(routing(), 2, context), sum, 1e-5);
    expect(all.needs).toEqual(['devices']);
    expect(() => all.extremes!(8, context)).toThrow('weight of "communication" changes');
  });

  it('has the extremes of its parts', () => {
    const [expertLevel, deviceLevel] = ofV2;
    const both = together([{ balancer: expertLevel }, { balancer: deviceLevel, weight: 0.5 }]);
    expect(both.extremes!(8, context)).toEqual({ even: 1.5, collapsed: 8 + 0.5 * 4 });
  });

  it("moves the bias as its one mover does, beside a loss: DeepSeek-V3's", async () => {
    const both = together([{ balancer: bias }, { balancer: sequenceWise, weight: 1e-4 }]);
    const load = counts(routing().mask);
    const start = tf.zeros<tf.Rank.R1>([8]);
    const moved = both.update!(start, load, tf.scalar(0.001));
    await expectClose(moved, await bias.update!(start, load, tf.scalar(0.001)).data(), 0);
    const loss = await value(sequenceWise.loss!(routing(), 2, context));
    await expectClose(both.loss!(routing(), 2, context), 1e-4 * loss, 1e-9);
    expect(both.label).toBe(`${bias.label} + ${sequenceWise.label}`);
  });

  it('is nothing where its parts are nothing', () => {
    expect(together([{ balancer: none }])).toEqual(none);
  });

  it('refuses two that would move the bias', () => {
    const parts = [bias, balancers.get('quantile')].map((balancer) => ({ balancer }));
    expect(() => together(parts)).toThrow('"bias" and "quantile" would each move it: choose one.');
  });
});

it('keeps a bias that is set by hand, and lets it choose', async () => {
  const config = {
    ...{ dim: 6, experts: 4, topK: 2, hidden: 5 },
    router: routers.get('softmax-top-k'),
    balancer: byHand,
  };
  const set = tf.tensor1d([Number.NEGATIVE_INFINITY, 0, 3, 0]);
  const x = normal<tf.Rank.R2>([24, 6], 1, 1, 'x');
  const { routing } = sparseLayer.forward(sparseLayer.init(config, 1), x, config, { bias: set });
  const load = counts(routing.mask);
  const [barred, , favoured] = await load.data();
  expect([barred, favoured]).toEqual([0, 24]);
  const kept = await byHand.update!(set, load, tf.scalar(1)).data();
  expect([...kept]).toEqual([Number.NEGATIVE_INFINITY, 0, 3, 0]);
});
