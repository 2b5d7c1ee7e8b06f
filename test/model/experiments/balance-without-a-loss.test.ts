/**
 * What station 08 claims, tried out with few steps on the CPU: a bias evens the load and takes a
 * push back, one that steps too far swings; a balance loss sends a second gradient that early on
 * points against the first; and a loss over each sequence keeps experts from taking domains.
 */
import { describe, expect, it } from 'vitest';
import {
  batchesOf,
  chanceVio,
  chosen,
  compared,
  level,
  levelled,
  ruled,
  tick,
  turned,
  vioOf,
} from '../../../src/labs/balance-without-a-loss/shared/turned-dials';
import { chanceMaxVio } from '../../../src/model/accounting/chance';
import dials from '../../../src/model/experiments/balance-without-a-loss/dials';
import domainMixture from '../../../src/model/experiments/balance-without-a-loss/domain-mixture';
import {
  first,
  layerOf,
  task,
  topK,
} from '../../../src/model/experiments/balance-without-a-loss/shared/clusters';
import {
  slippedBalancer,
  slippedRouter,
} from '../../../src/model/experiments/balance-without-a-loss/shared/slips';
import twoGradients from '../../../src/model/experiments/balance-without-a-loss/two-gradients';
import { taskLoss } from '../../../src/model/experiments/collapse/shared/mixture';
import { openSession } from '../../../src/model/experiments/session';
import { Training, workOf } from '../../../src/model/experiments/train';
import type { Settings, TrainingExperiment } from '../../../src/model/experiments/types';
import { lossAndGradients } from '../../../src/model/gradients';
import * as sparseLayer from '../../../src/model/layers/sparse-layer';
import adam from '../../../src/model/optimizers/adam';
import { balancers, routers } from '../../../src/model/registry';
import { routeLogits } from '../../../src/model/routing';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../backend';
import { defaults, meanLoad, train } from '../training';

useBackend({ inNode: 'wasm' });

const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const vio = (load: number[]) => Math.max(...load) * load.length - 1;
const apart = (bias: number[]) => bias.map((b) => b - mean(bias));

describe('the dials', () => {
  const run = (settings: Settings, steps: number, changes = [] as Parameters<typeof train>[4]) =>
    train(
      dials,
      { balancer: 'bias', learningRate: 0.005, push: 0, ...settings },
      1,
      steps,
      changes,
    );

  it('even the load, and without them it collapses', async () => {
    const [law, none] = [
      await run({ biasRate: 0.01 }, 150),
      await run({ balancer: 'none' }, 150),
    ].map((rows) =>
      vio(
        meanLoad(
          rows.map(({ load }) => load),
          50,
        ),
      ),
    );
    expect(law).toBeLessThan(0.15);
    expect(none).toBeGreaterThan(2);
  });

  it('swing where the step is too large: even on average, uneven batch by batch', async () => {
    const rows = await run({ biasRate: 0.1 }, 150);
    const last = rows.slice(-50);
    expect(
      vio(
        meanLoad(
          last.map(({ load }) => load),
          50,
        ),
      ),
    ).toBeCloseTo(last[49].averageVio[0], 5);
    expect(last[49].averageVio[0]).toBeLessThan(0.6);
    expect(mean(last.map(({ maxVio }) => maxVio[0]))).toBeGreaterThan(2 * last[49].averageVio[0]);
  });

  it('take back what is pushed: the bias of A falls by about as much', async () => {
    const rows = await run({ biasRate: 0.01 }, 200, [{ step: 120, name: 'push', value: 0.3 }]);
    const fallen = apart(rows[119].bias)[0] - apart(rows[199].bias)[0];
    // Less the mean: seven eighths of 0.3, but for what the router learns meanwhile.
    expect(fallen).toBeGreaterThan(0.15);
    expect(fallen).toBeLessThan(0.45);
    expect(
      vio(
        meanLoad(
          rows.map(({ load }) => load),
          30,
        ),
      ),
    ).toBeLessThan(0.3);
  });

  it('let a push be where nothing moves', async () => {
    const rows = await run({ balancer: 'none' }, 40, [{ step: 20, name: 'push', value: -0.5 }]);
    expect(rows[39].load[0]).toBeLessThan(0.02);
    expect(rows[39].bias).toEqual(Array(8).fill(0));
  });

  it('are no losses', () => {
    expect(() => dials.start({ ...defaults, balancer: 'switch' }, 1)).toThrow(/moves none/);
  });
});

describe('two gradients', () => {
  const settings = { balanceStrength: 0.7, learningRate: 0.005 };

  it('are those of task and balance loss, and the step follows their sum', async () => {
    const session = twoGradients.start(settings, 3);
    const live = { balanceStrength: tf.scalar(0.7), learningRate: tf.scalar(0.005) };
    const random = { seed: 3, counter: tf.scalar(0, 'int32') };
    const { state, metrics } = session.step({ state: session.state, live, inputs: {}, random });
    const data = task(3);
    const { x, y } = data.batch(512, random);
    const layer = layerOf('softmax-top-k', 'switch');
    // The whole loss in one, as any training would have it.
    const whole = lossAndGradients(first(3), (params) => {
      const routing = layer.router.route({ x, params, topK });
      const answer = sparseLayer.answer(params, x, layer, { routing, kept: routing.mask });
      return tf.add(taskLoss(answer, y), tf.mul(0.7, sparseLayer.balanceLoss(layer, routing)));
    });
    const pull = tf.neg(
      tf.matMul(tf.mean(x, 0, true), whole.grads['router.weight'] as tf.Tensor2D),
    );
    const sum = tf.add(metrics.taskPull, metrics.balancePull);
    await expectClose(sum, [...(await pull.data())], 1e-5);
    const joint = adam.update(first(3), whole.grads, adam.init(first(3)), {
      learningRate: live.learningRate,
    });
    await expectClose(state['router.weight'], await joint.params['router.weight'].data(), 1e-4);
    data.dispose();
  });

  it('have no angle where one of them vanishes', async () => {
    const [row] = await train(twoGradients, { ...settings, balanceStrength: 0 }, 1, 1);
    expect(row.balanceSize).toEqual([0]);
    expect(row.cosine).toEqual([0]);
  });

  it('point apart in the first steps, by the mean of several seeds', async () => {
    const early: number[] = [];
    for (const seed of [1, 2, 3]) {
      const rows = await train(twoGradients, { ...settings, balanceStrength: 1 }, seed, 30);
      early.push(mean(rows.slice(5).map(({ cosine }) => cosine[0])));
    }
    expect(mean(early)).toBeLessThan(-0.4);
  });
});

describe('the slips', () => {
  /** Eight tokens of eight experts, each expert chosen twice; all scores alike. */
  const evenRouting = (score: number) => ({
    logits: tf.zeros([8, 8]) as tf.Tensor2D,
    scores: tf.fill([8, 8], score) as tf.Tensor2D,
    mask: tf.tensor2d(
      Array.from({ length: 64 }, (_, i) => {
        const [token, expert] = [i >> 3, i & 7];
        return expert === token || expert === (token + 1) % 8 ? 1 : 0;
      }),
      [8, 8],
    ),
    gates: tf.zeros([8, 8]) as tf.Tensor2D,
    independent: true,
  });

  it('a loss of unshared scores sinks with all of them, the right one does not', async () => {
    const wrong = slippedBalancer('scores-not-shared', balancers.get('switch'));
    for (const score of [0.1, 0.5]) {
      await expectClose(wrong.loss!(evenRouting(score), 2), [8 * score], 1e-5);
      await expectClose(balancers.get('switch').loss!(evenRouting(score), 2), [1], 1e-5);
    }
  });

  it('a turned sign favours the busy', async () => {
    const counts = tf.tensor1d([4, 2, 1, 1]);
    const next = (slip: 'none' | 'sign-turned') =>
      slippedBalancer(slip, balancers.get('bias')).update!(tf.zeros([4]), counts, tf.scalar(0.1));
    await expectClose(next('none'), [-0.1, 0, 0.1, 0.1], 1e-6);
    await expectClose(next('sign-turned'), [0.1, 0, -0.1, -0.1], 1e-6);
  });

  it('gates that a bias weighs move with it, and choose as before', async () => {
    const logits = tf.tensor2d([[1, 0.5, -1, 0]]);
    const bias = tf.tensor1d([0, 1, 2, 0]);
    const route = (slip: 'none' | 'bias-weighs') =>
      routeLogits(slippedRouter(slip, routers.get('sigmoid-normalised')), logits, {
        topK: 2,
        bias,
      });
    const [right, wrong] = [route('none'), route('bias-weighs')];
    await expectClose(wrong.mask, [...(await right.mask.data())]);
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const [b, c] = [sigmoid(0.5), sigmoid(-1)];
    await expectClose(right.gates, [0, b / (b + c), c / (b + c), 0], 1e-6);
    await expectClose(wrong.gates, [0, (b + 1) / (b + c + 3), (c + 2) / (b + c + 3), 0], 1e-6);
  });
});

describe('a mixture of domains', () => {
  const settings = { batch: 256, learningRate: 0.01, biasRate: 0.003, balanceStrength: 0.1 };
  const open = (given: Settings, experiment: TrainingExperiment = domainMixture) => {
    const opened = openSession(experiment, { ...defaults, ...settings, ...given }, 1);
    return { opened, training: new Training(workOf(opened)) };
  };

  /** Standard deviation over the domains of the relative load, mean over the experts. */
  async function spread(given: Settings, steps: number): Promise<number> {
    const { opened, training } = open(given);
    for (let step = 0; step < steps; step++) tf.dispose(training.take());
    const probes = training.probes();
    const map = (await probes.domainMap.array()) as number[][];
    tf.dispose(probes);
    training.dispose();
    opened.close();
    const columns = map[0].map((_, expert) => map.map((row) => row[expert]));
    return mean(
      columns.map((column) => Math.sqrt(mean(column.map((x) => (x - mean(column)) ** 2)))),
    );
  }

  it('lets experts take domains, unless a loss counts each sequence', async () => {
    const bias = await spread({ balancer: 'bias', batch: 128 }, 100);
    const sequence = await spread({ balancer: 'sequence-wise', scope: 1, batch: 128 }, 100);
    expect(bias).toBeGreaterThan(1);
    expect(sequence).toBeLessThan(0.75 * bias);
  });

  it('lets one domain write', async () => {
    // Seen through what the router makes of it: the load of the batch is that of the map's row.
    const { opened, training } = open({ balancer: 'none', writer: 'C', moves: 'nothing' });
    const loads: number[][] = [];
    for (let step = 0; step < 8; step++) {
      const metrics = training.take();
      loads.push([...(await metrics.load.data())]);
      tf.dispose(metrics);
    }
    const probes = training.probes();
    const map = (await probes.domainMap.array()) as number[][];
    tf.dispose(probes);
    const load = meanLoad(loads, 8);
    for (const [expert, share] of load.entries()) expect(share * 8).toBeCloseTo(map[2][expert], 0);
    expect(Math.max(...load.map((share, e) => Math.abs(share * 8 - map[2][e])))).toBeLessThan(0.25);
    expect(Math.max(...load.map((share, e) => Math.abs(share * 8 - map[0][e])))).toBeGreaterThan(
      0.25,
    );
    training.dispose();
    opened.close();
  });

  it.each([
    ['all', true, true],
    ['bias', false, true],
    ['nothing', false, false],
  ])('moves %s: weights %s, bias %s', async (moves, weights, bias) => {
    const { opened, training } = open({ balancer: 'bias', moves });
    const before = (await training.state()).state;
    tf.dispose(training.take());
    const after = (await training.state()).state;
    const changed = (name: string) => after[name].data.join() !== before[name].data.join();
    expect(changed('router.weight')).toBe(weights);
    expect(changed('experts.w1')).toBe(weights);
    expect(changed('bias')).toBe(bias);
    training.dispose();
    opened.close();
  });

  it.each([
    [{ balancer: 'load' }, /needs noise/],
    [{ batch: 48 }, /whole sequences of 32/],
    [{ balancer: 'sequence-wise', scope: 3 }, /does not divide 8/],
    [{ balancer: 'none', fault: 'sign-turned' }, /made in the balancer "bias"/],
    [{ balancer: 'none', fault: 'loss-never-added' }, /There is no fault/],
  ])('refuses %j', (given, words) => {
    expect(() => domainMixture.start({ ...defaults, ...settings, ...given }, 1)).toThrow(words);
  });
});

describe('dials turned by hand', () => {
  const [batch] = batchesOf(1, 0.1);
  const bias = [0.3, -0.2, 0.1, 0, -0.4, 0.26, 0, 0.04];

  it('choose and weigh as the library’s router does with that bias', async () => {
    const logits = batch.map((scores) => scores.map((score) => Math.log(score / (1 - score))));
    const { mask, gates } = routeLogits(routers.get('sigmoid-normalised'), tf.tensor2d(logits), {
      topK: 2,
      bias: tf.tensor1d(bias),
    });
    const here = batch.map((scores) => {
      const both = chosen(scores, bias);
      const sum = scores[both[0]] + scores[both[1]];
      return scores.map((score, i) => (both.includes(i) ? score / sum : 0));
    });
    await expectClose(
      mask,
      here.map((row) => row.map((gate) => Number(gate > 0))),
      0,
    );
    await expectClose(gates, here, 1e-5);
    const { counts, gates: means } = turned(batch, bias);
    await expectClose(tf.sum(mask, 0), counts, 0);
    // An expert without tokens has no mean.
    const sums = means.map((mean, i) => mean * counts[i]);
    await expectClose(tf.sum(gates, 0), sums, 1e-5);
    expect(counts).toContain(0);
  });

  it('move under the rule as under the library’s balancer', async () => {
    const { counts } = turned(batch, bias);
    // One load at the mean stays where it is.
    const even = [64, ...counts.slice(1)];
    even[1] += counts[0] - 64;
    for (const load of [counts, even]) {
      const next = balancers.get('bias').update!(
        tf.tensor1d(bias),
        tf.tensor1d(load),
        tf.scalar(tick),
        {} as never,
      );
      await expectClose(next, ruled(load, bias), 1e-6);
    }
    expect(ruled(even, bias)[0]).toBe(bias[0]);
  });

  it('leave to chance what chance leaves elsewhere', () => {
    const there = chanceMaxVio({ tokens: batch.length, experts: 8, topK: 2 });
    expect(Math.abs(chanceVio() - there)).toBeLessThan(0.015);
  });

  const seeds = Array.from({ length: 16 }, (_, i) => i + 1);

  it('level one batch better than the rule with as many turns, in every seed', () => {
    for (const seed of seeds) {
      const all = batchesOf(seed, 0.1);
      const hand = compared(all, levelled(all[0]));
      expect(vioOf(turned(all[0], Array(8).fill(0)).counts), `seed ${seed}`).toBeGreaterThan(0.5);
      expect(hand.hand[0], `seed ${seed}`).toBeLessThan(level);
      expect(hand.hand[0], `seed ${seed}`).toBeLessThan(hand.ruled[0]);
    }
  });

  it('that are left alone lose to the rule once the batches drift, and hold where they do not', () => {
    const later = (drift: number) =>
      seeds.map((seed) => {
        const all = batchesOf(seed, drift);
        return compared(all, levelled(all[0]));
      });
    const [drifting, still] = [later(0.1), later(0)];
    for (const { later: hand, ruleLater } of drifting) expect(hand).toBeGreaterThan(ruleLater);
    seeds.forEach((seed, i) => {
      expect(still[i].later, `seed ${seed}`).toBeLessThan(drifting[i].later);
      expect(still[i].later, `seed ${seed}`).toBeLessThan(0.5);
    });
  });
});
