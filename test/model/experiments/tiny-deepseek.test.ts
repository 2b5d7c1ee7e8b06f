/** Station 17: every piece in one model, what each does to its own coin, and a fault that sleeps. */
import { describe, expect, it } from 'vitest';
import sequenceWise from '../../../src/model/balancing/sequence-wise';
import { openSession } from '../../../src/model/experiments/session';
import { nodesOf } from '../../../src/model/experiments/tiny-deepseek/shared/gauges';
import whole from '../../../src/model/experiments/tiny-deepseek/whole';
import type { Settings } from '../../../src/model/experiments/types';
import { groupLimited } from '../../../src/model/group-limited';
import * as multiToken from '../../../src/model/networks/multi-token';
import * as transformer from '../../../src/model/networks/transformer';
import sigmoid from '../../../src/model/routers/sigmoid-normalised';
import { routeLogits } from '../../../src/model/routing';
import { normal } from '../../../src/tensor/random';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

/** Every piece, smaller than in the lab. */
const small: Settings = {
  ...{ attention: 'latent-rotary', latentWidth: 4, rotaryWidth: 4, keyValueHeads: 4 },
  ...{
    sparse: 'but-first',
    experts: 8,
    topK: 4,
    expertHidden: 4,
    sharedExperts: 1,
    denseHidden: 8,
  },
  ...{ router: 'sigmoid-normalised', keepsEven: 'both', balanceStrength: 0.001, biasRate: 0.01 },
  ...{ firstBias: 0, mostGroups: 2, predictors: 1, furtherWeight: 0.3 },
  ...{ rateSteps: 0, learningRate: 0.008 },
};

const factsOf = (settings: Settings) => {
  const opened = openSession(whole, { ...defaults, ...small, ...settings }, 1);
  const { facts = {}, state } = opened.session;
  const names = Object.keys(state);
  const sizes = Object.fromEntries(names.map((name) => [name, state[name].size]));
  opened.close();
  return { facts, names, sizes };
};

const last = (rows: Record<string, number[]>[], metric: string) => {
  const tail = rows.slice(-5).map((row) => row[metric][0]);
  return tail.reduce((sum, x) => sum + x, 0) / tail.length;
};

describe('the whole model', () => {
  it('has the sizes that its facts say, modules apart', () => {
    const lab = {
      experts: 16,
      topK: 4,
      expertHidden: 16,
      denseHidden: 80,
      latentWidth: 8,
      rotaryWidth: 8,
    };
    const { facts } = factsOf(lab);
    expect([facts.parameters, facts.active, facts.kept]).toEqual([105_792, 50_496, 64]);
    expect(factsOf({ ...lab, attention: 'heads' }).facts.kept).toBe(256);
    expect(factsOf({ ...lab, attention: 'heads', keyValueHeads: 1 }).facts.kept).toBe(64);
    // By hand: 3 layers · 16 experts · three matrices of 32 × 16, of which a quarter is at work.
    expect(Number(facts.parameters) - Number(facts.active)).toBe((3 * 16 * 3 * 32 * 16 * 3) / 4);
    // 4 · (1 − C(12, 4)/C(16, 4))
    expect(facts.freeNodes).toBeCloseTo(4 * (1 - 495 / 1820), 10);
    const { facts: two, sizes } = factsOf({ predictors: 2 });
    const inModules = Object.entries(sizes)
      .filter(([name]) => name.startsWith('mtp.'))
      .reduce((sum, [, size]) => sum + size, 0);
    expect(two.inModules).toBe(inModules);
  });

  it('keeps a bias for each router, the module’s too, unless nothing moves one', () => {
    const biases = (settings: Settings) =>
      factsOf(settings).names.filter((name) => name.startsWith('bias.'));
    expect(biases({})).toEqual(['bias.1', 'bias.2', 'bias.3', 'bias.4']);
    expect(biases({ keepsEven: 'loss' })).toEqual([]);
    expect(biases({ sparse: 'none' })).toEqual([]);
  });

  it('pays each coin: nodes by the limit, evenness by the bias, drafts by the module', async () => {
    const every = await train(whole, { ...small, biasRate: 0.05 }, 1, 12);
    const without = { mostGroups: 4, keepsEven: 'none', predictors: 0 };
    const bare = await train(whole, { ...small, ...without }, 1, 12);
    expect(last(every, 'nodes')).toBeLessThanOrEqual(2);
    expect(last(bare, 'nodes')).toBeGreaterThan(2.3);
    expect(last(every, 'maxVio')).toBeLessThan(0.8 * last(bare, 'maxVio'));
    expect(last(every, 'acceptance')).toBeGreaterThan(0.3);
    expect(last(bare, 'acceptance')).toBe(0);
    expect(last(every, 'loss')).toBeLessThan(every[0].loss[0] - 0.2);
  });

  it('says where experts find no room in the nodes', () => {
    expect(() => factsOf({ experts: 6, topK: 2 })).toThrow(
      '6 experts do not divide among 4 nodes; choose a multiple of 4.',
    );
    expect(() => factsOf({ topK: 4, mostGroups: 1 })).toThrow(/hold 2 experts, fewer than topK 4/);
  });
});

it('counts the nodes of a token once each', async () => {
  const mask = tf.tensor2d([
    [1, 1, 0, 0, 0, 0, 0, 0],
    [1, 0, 1, 0, 0, 0, 0, 1],
  ]);
  expect((await nodesOf(mask).data())[0]).toBeCloseTo((1 + 3) / 2, 6);
});

describe('a bias that is the same for all', () => {
  const groups = { groups: 4, limit: 2, score: 'sum', best: 2 } as const;
  const logits = () => normal<tf.Rank.R2>([64, 16], 1, 1, 'logits');
  const masks = (router: Parameters<typeof routeLogits>[0], shift: number) =>
    routeLogits(router, logits(), {
      topK: 4,
      bias: tf.fill<tf.Rank.R1>([16], shift),
    }).mask.data();

  it('changes nothing where excluded experts are barred', async () => {
    const router = groupLimited(sigmoid, groups);
    const usual = await masks(router, 0);
    for (const shift of [-0.5, -1, 1]) expect(await masks(router, shift)).toEqual(usual);
  });
});

describe('the balancing loss of a model with modules', () => {
  const config = {
    ...{ vocabulary: 5, dim: 8, layers: 2, hidden: 6, firstDense: 1, tied: true },
    attention: { kind: 'heads', heads: 2, rotaryBase: 10_000 } as const,
    moe: { experts: 4, topK: 2, hidden: 3, router: sigmoid, balancer: sequenceWise },
  };
  const extra = { kind: 'sequential', depths: 2 } as const;
  const rows = [
    [1, 3, 0, 2, 4, 1],
    [0, 4, 2, 2, 3, 1],
  ];
  const length = 5;

  /** By hand: deepseekv3, eq. 17–20, for one router and one sequence of so many tokens. */
  function byHand(scores: number[][], tokens: number): number {
    const losses: number[] = [];
    for (let from = 0; from < scores.length; from += tokens) {
      const own = scores.slice(from, from + tokens);
      const sum = [0, 1, 2, 3].map((expert) => {
        const chosen = own.filter(
          (row) => row.filter((other) => other > row[expert]).length < config.moe.topK,
        ).length;
        const share = own.reduce((all, row) => all + row[expert] / row.reduce((a, b) => a + b), 0);
        return ((chosen * 4) / (2 * tokens)) * (share / tokens);
      });
      losses.push(sum.reduce((a, b) => a + b));
    }
    return losses.reduce((a, b) => a + b) / losses.length;
  }

  it('is the mean over all routers, those of the modules by their own lengths', async () => {
    const params = { ...transformer.init(config, 1), ...multiToken.init(config, extra, 1) };
    const tokens = tf.tensor2d(rows, undefined, 'int32');
    const options = { sequenceLength: length };
    const out = transformer.forward(params, multiToken.window(tokens, 0, length), config, options);
    const ahead = multiToken.forward(params, out.hidden, tokens, config, extra, options);
    const scores = [out.blocks[1], ...ahead.map(({ block }) => block)].map(
      ({ routing }) => routing!.scores.arraySync() as number[][],
    );
    const each = scores.map((own, i) => byHand(own, length - i));
    const mean = each.reduce((a, b) => a + b) / 3;
    const [found] = await multiToken.balanceLoss(out, ahead, config, length).data();
    expect(found).toBeCloseTo(mean, 5);
    // The model's alone is another number: the modules' routers are not left out.
    const [alone] = await transformer.balanceLoss(out, config, length).data();
    expect(alone).toBeCloseTo(each[0], 5);
    expect(Math.abs(alone - mean)).toBeGreaterThan(1e-4);
  });
});
