import { describe, expect, it, vi } from 'vitest';
import { groupLimited } from '../../src/model/group-limited';
import { routers } from '../../src/model/registry';
import { expertChoice } from '../../src/model/routers/expert-choice';
import { nextBaseline, policyLoss } from '../../src/model/routers/reinforce';
import { soft } from '../../src/model/routers/soft';
import type { Router, RouterInput } from '../../src/model/types';
import { normal, uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routers-more.json';
import { expectClose, useBackend } from './backend';

useBackend();

interface Case {
  router: string;
  topK: number;
  biased: boolean;
  live?: Record<string, number>;
  logits: number[][];
  scores: number[][];
  mask: number[][];
  gates: number[][];
  gradX: number[][];
  gradWeight: number[][];
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
const rows = (tensor: tf.Tensor) => tensor.array() as Promise<number[][]>;

/** Forward values and both gradients against PyTorch. */
async function expectAsInPyTorch(router: Router, given: Case): Promise<void> {
  const onGates = tf.tensor2d(reference.onGates);
  const onScores = tf.tensor2d(reference.onScores);
  const input: Omit<RouterInput, 'x' | 'params'> = {
    topK: given.topK,
    bias: given.biased ? tf.tensor1d(reference.bias) : undefined,
    random: {
      seed: reference.random.seed,
      counter: tf.scalar(reference.random.counter, 'int32'),
    },
    experts: reference.weight[0].length,
    live: Object.fromEntries(
      Object.entries(given.live ?? {}).map(([name, value]) => [name, tf.scalar(value)]),
    ),
  };
  const route = (x: tf.Tensor, weight: tf.Tensor) =>
    router.route({ ...input, x: x as tf.Tensor2D, params: { 'router.weight': weight } });
  const x = tf.tensor2d(reference.x);
  const weight = tf.tensor2d(reference.weight);
  const { logits, scores, mask, gates } = route(x, weight);
  await expectClose(logits, given.logits, 2e-6);
  await expectClose(scores, given.scores, 2e-6);
  await expectClose(mask, given.mask, 0);
  await expectClose(gates, given.gates, 5e-6);

  const [gradX, gradWeight] = tf.grads((x: tf.Tensor, weight: tf.Tensor) => {
    const routing = route(x, weight);
    const value = tf.sum(tf.add(tf.mul(routing.gates, onGates), tf.mul(routing.scores, onScores)));
    // Routers that learn nothing are constants: their gradient is 0, not an error.
    return tf.add(value, tf.mul(tf.add(tf.sum(x), tf.sum(weight)), 0));
  })([x, weight]);
  await expectClose(gradX, given.gradX, 2e-5);
  await expectClose(gradWeight, given.gradWeight, 2e-5);
}

const title = ({ router, topK, biased, live }: Case) =>
  [router, `topK ${topK}`, biased && 'with bias', live && JSON.stringify(live)]
    .filter(Boolean)
    .join(', ');

describe('values and gradients equal PyTorch', () => {
  for (const given of [...reference.cases, ...reference.drawn] as Case[])
    it(title(given), () => expectAsInPyTorch(routers.get(given.router), given));
});

describe('groupLimited', () => {
  for (const given of reference.grouped) {
    const { groups, limit } = given;
    const limits = { groups, limit, score: given.score as 'max' | 'sum' };
    it(`${title(given as Case)}: ${limit} of ${groups} groups by ${given.score}`, () =>
      expectAsInPyTorch(groupLimited(routers.get(given.router), limits), given as unknown as Case));
  }

  it('excludes groups also where all biased scores are below 0', async () => {
    const { groups, limit, topK, bias, mask } = reference.negative;
    const router = groupLimited(routers.get('sigmoid-normalised'), { groups, limit, score: 'sum' });
    const routing = router.route({
      x: tf.tensor2d(reference.x),
      params: { 'router.weight': tf.tensor2d(reference.weight) },
      topK,
      bias: tf.tensor1d(bias),
    });
    await expectClose(routing.mask, mask, 0);
  });

  it.each(['max', 'sum'] as const)('leaves a barred group out, scored by %s', async (score) => {
    // Both experts of group 1 and one of group 2 are barred; a token uses two of four groups.
    const bias = Array.from({ length: 8 }, (_, e) =>
      [2, 3, 4].includes(e) ? Number.NEGATIVE_INFINITY : 0,
    );
    const limited = groupLimited(routers.get('softmax-top-k'), { groups: 4, limit: 2, score });
    const topK = score === 'max' ? 2 : 4;
    const { mask, gates } = limited.route({
      x: normal<tf.Rank.R2>([24, 5], 1, 3, 'x'),
      params: limited.init(5, 8, 1),
      topK,
      bias: tf.tensor1d(bias),
    });
    for (const row of await rows(mask)) {
      expect(sum(row)).toBe(topK);
      expect(row[2] + row[3] + row[4]).toBe(0);
      const used = new Set(row.flatMap((chosen, e) => (chosen ? [Math.floor(e / 2)] : [])));
      expect(used.size).toBeLessThanOrEqual(2);
    }
    expect((await rows(gates)).flat().every(Number.isFinite)).toBe(true);
  });

  const able = routers.all.filter(
    (router) => router.takesBias !== false && (router.perToken ?? 'topK') === 'topK',
  );
  it.each(able)('keeps $name within the limit', async (router) => {
    const limited = groupLimited(router, { groups: 4, limit: 1, score: 'max' });
    const topK = router.refusal?.({ experts: 8, topK: 2, tokens: 24 }) ? 1 : 2;
    const { mask, gates } = limited.route({
      x: normal<tf.Rank.R2>([24, 5], 1, 3, 'x'),
      params: limited.init(5, 8, 1),
      topK,
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
      experts: 8,
    });
    for (const row of await rows(mask)) {
      expect(sum(row)).toBe(topK);
      const used = new Set(row.flatMap((chosen, e) => (chosen ? [Math.floor(e / 2)] : [])));
      expect(used.size).toBe(1);
    }
    for (const row of await rows(gates)) for (const gate of row) expect(gate).toBeLessThan(1.0001);
  });

  it('refuses what cannot work, in words', () => {
    const router = routers.get('softmax-top-k');
    expect(() => groupLimited(router, { groups: 4, limit: 5, score: 'max' })).toThrow(
      'A token may use 1 to 4 of 4 groups, not 5.',
    );
    expect(() => groupLimited(router, { groups: 4, limit: 0, score: 'max' })).toThrow('not 0');
    expect(() =>
      groupLimited(routers.get('expert-choice'), { groups: 4, limit: 2, score: 'max' }),
    ).toThrow('does not choose by biased scores');
    const refusal = (groups: number, limit: number, topK: number, score: 'max' | 'sum') =>
      groupLimited(router, { groups, limit, score }).refusal?.({ experts: 8, topK, tokens: 16 });
    expect(refusal(3, 1, 1, 'max')).toBe('8 experts do not divide into 3 equal groups.');
    expect(refusal(4, 1, 3, 'max')).toContain('hold 2 experts, fewer than topK 3');
    expect(refusal(4, 2, 3, 'sum')).toContain('topK 3 does not divide by 2; say how many');
    expect(refusal(4, 2, 2, 'sum')).toBeUndefined();
    const summed = (best: number) =>
      groupLimited(router, { groups: 4, limit: 2, score: 'sum', best }).refusal?.({
        experts: 8,
        topK: 3,
        tokens: 16,
      });
    expect(summed(2)).toBeUndefined();
    for (const best of [0, 1.5, 3])
      expect(summed(best)).toBe(`Groups are scored by 1 to 2 of their experts, not ${best}.`);
  });

  it('sums as many of a group as it is told', async () => {
    // Group 0 has the best expert, group 1 the best two: 0.9 + 0.1 < 0.8 + 0.7.
    const logits = tf.tensor2d([[2.2, -2.2, 1.4, 0.85]]);
    const chosen = async (best?: number) => {
      const limits = { groups: 2, limit: 1, score: 'sum', best } as const;
      const limited = groupLimited(routers.get('sigmoid-normalised'), limits);
      return rows(limited.route({ x: tf.zeros([1, 2]), params: {}, topK: 1, logits }).mask);
    };
    expect(await chosen()).toEqual([[1, 0, 0, 0]]);
    expect(await chosen(2)).toEqual([[0, 0, 1, 0]]);
  });

  it('routes twice from one set of logits, shaken once', async () => {
    const products: Router[] = [];
    const shaken: Router = {
      ...routers.get('softmax-top-k'),
      route(input) {
        if (input.logits === undefined) products.push(shaken);
        const logits = input.logits ?? tf.tensor2d([[1, 0, 3, 2]]);
        return routers.get('softmax-top-k').route({ ...input, logits });
      },
    };
    const limited = groupLimited(shaken, { groups: 2, limit: 1, score: 'max' });
    const { logits } = limited.route({ x: tf.zeros([1, 2]), params: {}, topK: 1 });
    expect(products).toHaveLength(1);
    await expectClose(logits, [1, 0, 3, 2], 0);
  });
});

describe('top-k-softmax', () => {
  it('equals softmax, top k, renormalise', async () => {
    const input = {
      x: normal<tf.Rank.R2>([16, 5], 2, 1, 'x'),
      params: routers.get('top-k-softmax').init(5, 6, 2),
      topK: 3,
    };
    const before = routers.get('top-k-softmax').route(input);
    const after = routers.get('softmax-top-k-renormalised').route(input);
    await expectClose(before.gates, await rows(after.gates), 1e-6);
  });
});

describe('expert choice', () => {
  it('gives every expert equally many tokens', async () => {
    const router = routers.get('expert-choice');
    const input = {
      x: normal<tf.Rank.R2>([24, 5], 3, 1, 'x'),
      params: router.init(5, 8, 2),
      topK: 2,
    };
    const { mask } = router.route(input);
    await expectClose(tf.sum(mask, 0), Array(8).fill(6), 0);
  });

  it('chooses within each sequence as it would for that sequence alone', async () => {
    const x = normal<tf.Rank.R2>([24, 5], 3, 1, 'x');
    const perSequence = expertChoice('sequence');
    const input = { params: perSequence.init(5, 4, 2), topK: 2, sequenceLength: 8 };
    const together = perSequence.route({ x, ...input });
    for (const part of ['mask', 'gates'] as const) {
      const alone = [0, 8, 16].map(
        (from) => perSequence.route({ ...input, x: tf.slice(x, [from, 0], [8, 5]) })[part],
      );
      await expectClose(together[part], await rows(tf.concat(alone, 0) as tf.Tensor2D), 1e-6);
    }
    const overBatch = await rows(routers.get('expert-choice').route({ x, ...input }).mask);
    expect(overBatch).not.toEqual(await rows(together.mask));
    // One sequence is the whole batch.
    const { mask } = perSequence.route({ x, ...input, sequenceLength: undefined });
    expect(await rows(mask)).toEqual(overBatch);
  });

  it('refuses sequences that are not whole, or too short to share out', () => {
    const perSequence = expertChoice('sequence');
    const input = { x: tf.zeros<tf.Rank.R2>([24, 5]), params: perSequence.init(5, 4, 2), topK: 1 };
    expect(() => perSequence.route({ ...input, sequenceLength: 7 })).toThrow(
      '24 tokens are not whole sequences of 7.',
    );
    expect(() => perSequence.route({ ...input, sequenceLength: 3 })).toThrow(
      '3 · 1 / 4 is less than one',
    );
  });

  it('refuses a batch too small to give each expert a token', () => {
    expect(routers.get('expert-choice').refusal?.({ experts: 8, topK: 1, tokens: 7 })).toContain(
      '7 · 1 / 8 is less than one',
    );
  });
});

describe('Sinkhorn', () => {
  it('evens a load that one expert would take', async () => {
    const router = routers.get('sinkhorn');
    // An input that always holds 1 favours expert 0 in every token.
    const noise = normal<tf.Rank.R2>([64, 3], 1, 5, 'x');
    const x = tf.concat([noise, tf.ones([64, 1])], 1) as tf.Tensor2D;
    const favour = tf.tensor2d([[3, 0, 0, 0]]);
    const weight = tf.concat([normal<tf.Rank.R2>([3, 4], 0.7, 6, 'w'), favour], 0);
    const input = { x, params: { 'router.weight': weight }, topK: 1 };
    const most = async (evaluating: boolean) => {
      const { mask } = router.route({ ...input, evaluating });
      return (await tf.max(tf.sum(mask, 0)).data())[0];
    };
    expect(await most(true)).toBeGreaterThan(40);
    expect(await most(false)).toBeLessThan(24);
  });
});

describe('BASE', () => {
  for (const [i, { kind, affinity, best }] of reference.assignments.entries()) {
    const [tokens, experts] = [affinity.length, affinity[0].length];
    it(`${i}: ${tokens} tokens to ${experts} experts, ${kind}: even, and as good as promised`, async () => {
      const mask = await rows(tf.balancedAssignment(tf.tensor2d(affinity)));
      for (const row of mask) expect(sum(row)).toBe(1);
      for (let e = 0; e < experts; e++)
        expect(sum(mask.map((row) => row[e]))).toBe(tokens / experts);
      const total = sum(mask.map((row, t) => sum(row.map((chosen, e) => chosen * affinity[t][e]))));
      const all = affinity.flat();
      const raise = (Math.max(...all) - Math.min(...all)) / 256;
      expect(total).toBeLessThanOrEqual(best + 1e-5);
      expect(total).toBeGreaterThanOrEqual(best - tokens * raise - 1e-5);
    });
  }

  it('is even for equal affinities, for a large batch and for one favourite', async () => {
    const favourite = tf.tensor2d([Array.from({ length: 8 }, (_, e) => (e === 2 ? 9 : 0))]);
    for (const affinity of [
      tf.zeros<tf.Rank.R2>([32, 4]),
      normal<tf.Rank.R2>([256, 8], 1, 1, 'affinity'),
      tf.add(normal<tf.Rank.R2>([128, 8], 1, 2, 'affinity'), favourite) as tf.Tensor2D,
    ]) {
      const [tokens, experts] = affinity.shape;
      const mask = tf.balancedAssignment(affinity);
      await expectClose(tf.sum(mask, 1), Array(tokens).fill(1), 0);
      await expectClose(tf.sum(mask, 0), Array(experts).fill(tokens / experts), 0);
    }
  });

  it('beats handing out places in order of preference', async () => {
    const affinity = normal<tf.Rank.R2>([64, 8], 1, 11, 'affinity');
    const values = await rows(affinity);
    const free = Array(8).fill(8);
    let greedy = 0;
    for (const row of values) {
      const open = row.map((value, e) => (free[e] > 0 ? value : -Infinity));
      const best = open.indexOf(Math.max(...open));
      free[best]--;
      greedy += open[best];
    }
    const total = (await tf.sum(tf.mul(tf.balancedAssignment(affinity), affinity)).data())[0];
    expect(total).toBeGreaterThan(greedy);
  });

  it('refuses batches that do not divide, and more than one expert per token', () => {
    const refusal = routers.get('base').refusal!;
    expect(refusal({ experts: 8, topK: 1, tokens: 100 })).toContain('do not divide by 8');
    expect(refusal({ experts: 8, topK: 2, tokens: 64 })).toContain('topK is 2');
  });

  it('lets tokens choose for themselves while evaluating', async () => {
    const router = routers.get('base');
    const input = {
      x: tf.tensor2d([[1], [1], [1]]),
      params: { 'router.weight': tf.tensor2d([[1, 2]]) },
    };
    const { mask } = router.route({ ...input, topK: 1, evaluating: true });
    await expectClose(
      mask,
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      0,
    );
  });
});

describe('hash', () => {
  const ids = identities(64);
  const route = (topK: number, seed = 0) =>
    routers.get('hash').route({
      x: tf.zeros([64, 2]),
      params: {},
      topK,
      experts: 8,
      tokenIds: tf.tensor1d(ids, 'int32'),
      random: { seed, counter: tf.scalar(0, 'int32') },
    });

  it('sends equal tokens to equal experts, whatever the step', async () => {
    const mask = await rows(route(2).mask);
    for (let t = 0; t < 64; t++) expect(mask[t]).toEqual(mask[ids.indexOf(ids[t])]);
  });

  it('takes identities modulo 1,024, multiples and negative ones included', async () => {
    const of = (...ids: number[]) =>
      routers.get('hash').route({
        x: tf.zeros([ids.length, 2]),
        params: {},
        topK: 3,
        experts: 8,
        tokenIds: tf.tensor1d(ids, 'int32'),
        random: { seed: 5, counter: tf.scalar(0, 'int32') },
      });
    const small = await rows(of(0, 1, 500, 1023, 1023).mask);
    expect(await rows(of(1024, 7 * 1024 + 1, 2548, 2 ** 23 - 1, -1).mask)).toEqual(small);
  });

  it('makes its table once in a run', () => {
    const drawn = vi.spyOn(Math, 'imul');
    route(3, 77);
    const once = drawn.mock.calls.length;
    route(3, 77);
    expect(once).toBeGreaterThan(8 * 1024);
    expect(drawn.mock.calls.length).toBe(once);
    drawn.mockRestore();
  });

  it('draws another table for another seed', async () => {
    expect(await rows(route(1, 1).mask)).not.toEqual(await rows(route(1, 2).mask));
  });

  it('adds experts to those it had when topK grows', async () => {
    const [one, two] = [await rows(route(1).mask), await rows(route(2).mask)];
    for (let t = 0; t < 64; t++) expect(sum(one[t].map((chosen, e) => chosen * two[t][e]))).toBe(1);
  });

  it('spreads many identities over all experts', async () => {
    const tokenIds = tf.range(0, 1024, 1, 'int32');
    const { mask } = routers.get('hash').route({
      x: tf.zeros([1024, 2]),
      params: {},
      topK: 1,
      experts: 8,
      tokenIds,
      random: { seed: 0, counter: tf.scalar(0, 'int32') },
    });
    const load = (await tf.sum(mask, 0).array()) as number[];
    // 128 each on average; five deviations of a binomial, √(1024 · 1/8 · 7/8) = 10.6.
    for (const tokens of load) expect(Math.abs(tokens - 128)).toBeLessThan(53);
  });
});

/** Identities of 0 to 20, some of them beyond the table's length. */
function identities(count: number): number[] {
  const next = uniforms(8, 'ids');
  return Array.from({ length: count }, () => Math.floor(next() * 20) * 997);
}

describe('Gumbel and REINFORCE', () => {
  it.each(['gumbel', 'reinforce'])(
    '%s draws experts as often as the softmax says',
    async (name) => {
      const tokens = 4096;
      const input = {
        x: tf.ones<tf.Rank.R2>([tokens, 1]),
        params: { 'router.weight': tf.tensor2d([[1, 0, -1, 0.5]]) },
        topK: 1,
        random: { seed: 2, counter: tf.scalar(7, 'int32') },
      };
      const { mask, scores } = routers.get(name).route(input);
      const drawn = (await tf.mean(mask, 0).array()) as number[];
      const said = (await rows(scores))[0];
      // Five standard errors of a share: 5 · √(0.25 / 4096).
      for (const [e, share] of drawn.entries())
        expect(Math.abs(share - said[e])).toBeLessThan(0.04);
    },
  );

  it.each(['gumbel', 'reinforce', 'noisy-top-k'])(
    '%s takes the likeliest while evaluating',
    async (name) => {
      const router = routers.get(name);
      const input = {
        x: normal<tf.Rank.R2>([16, 4], 1, 1, 'x'),
        params: router.init(4, 6, 1),
        topK: 2,
        random: { seed: 2, counter: tf.scalar(7, 'int32') },
        evaluating: true,
      };
      const plain = routers.get('softmax-top-k').route(input);
      expect(await rows(router.route(input).mask)).toEqual(await rows(plain.mask));
    },
  );

  for (const given of reference.policy.cases)
    it(`REINFORCE's draw, log-probability and gradients equal PyTorch, topK ${given.topK}`, async () => {
      const costs = tf.tensor1d(reference.policy.costs);
      const baseline = tf.scalar(reference.policy.baseline);
      const random = {
        seed: reference.random.seed,
        counter: tf.scalar(reference.random.counter, 'int32'),
      };
      const route = (x: tf.Tensor, weight: tf.Tensor) =>
        routers.get('reinforce').route({
          x: x as tf.Tensor2D,
          params: { 'router.weight': weight },
          topK: given.topK,
          random,
        });
      const [x, weight] = [tf.tensor2d(reference.x), tf.tensor2d(reference.weight)];
      const routing = route(x, weight);
      await expectClose(routing.mask, given.mask, 0);
      await expectClose(routing.logProbability!, given.logProbability, 1e-5);
      await expectClose(policyLoss(routing, costs, baseline), given.loss, 1e-5);
      const [gradX, gradWeight] = tf.grads((x: tf.Tensor, weight: tf.Tensor) =>
        policyLoss(route(x, weight), costs, baseline),
      )([x, weight]);
      await expectClose(gradX, given.gradX, 1e-5);
      await expectClose(gradWeight, given.gradWeight, 1e-5);
    });

  it('the policy loss has the gradient of the expected cost, on average over many draws', async () => {
    const [tokens, cost] = [8192, [1, -2, 0.5, 3]];
    const weight = tf.tensor2d([[0.3, 0, -0.6, 0.2]]);
    const gradient = tf.grad((w: tf.Tensor) => {
      const routing = routers.get('reinforce').route({
        x: tf.ones([tokens, 1]),
        params: { 'router.weight': w },
        topK: 1,
        random: { seed: 3, counter: tf.scalar(1, 'int32') },
      });
      const costs = tf.sum(tf.mul(routing.mask, tf.tensor2d([cost])), 1) as tf.Tensor1D;
      return policyLoss(routing, costs, tf.scalar(0.5));
    })(weight);
    const p = (await rows(tf.softmax(weight)))[0];
    const mean = sum(p.map((share, e) => share * cost[e]));
    // d E[cost] / d logit: p · (cost − mean cost). Five standard errors are about 0.08.
    await expectClose(gradient, [p.map((share, e) => share * (cost[e] - mean))], 0.08);
  });

  it('the baseline moves a twentieth of the way to the mean cost', async () => {
    await expectClose(nextBaseline(tf.scalar(2), tf.tensor1d([0, 8])), 2.1, 1e-6);
  });
});

describe('soft MoE', () => {
  const { slotsPerExpert, sequenceLength, maps, weight, onOutput } = reference.soft;
  const router = soft(slotsPerExpert);
  const experts = maps.length;

  /** Slots → their experts' answers → tokens; each expert is tanh of a linear map. */
  function output(x: tf.Tensor, slotWeight: tf.Tensor): tf.Tensor {
    const { slots } = router.route({
      x: x as tf.Tensor2D,
      params: { 'router.weight': slotWeight },
      topK: 1,
      sequenceLength,
    });
    const perSequence = tf.reshape(x, [-1, sequenceLength, x.shape[1]!]);
    const sequences = perSequence.shape[0];
    const mixed = tf.reshape(tf.matMul(slots!.dispatch, perSequence as tf.Tensor3D), [
      sequences,
      experts,
      slotsPerExpert,
      x.shape[1]!,
    ]);
    const answers = tf.stack(
      maps.map((map, e) =>
        tf.tanh(
          tf.reshape(
            tf.matMul(
              tf.reshape(tf.slice(mixed, [0, e, 0, 0], [sequences, 1, slotsPerExpert, -1]), [
                -1,
                x.shape[1]!,
              ]),
              tf.tensor2d(map),
            ),
            [sequences, slotsPerExpert, map[0].length],
          ),
        ),
      ),
      1,
    );
    const all = tf.reshape(answers, [sequences, experts * slotsPerExpert, -1]) as tf.Tensor3D;
    return tf.reshape(tf.matMul(slots!.combine, all), [x.shape[0], -1]);
  }

  it('output, gates and gradients equal PyTorch', async () => {
    const [x, w] = [tf.tensor2d(reference.x), tf.tensor2d(weight)];
    await expectClose(output(x, w), reference.soft.output, 5e-6);
    const input = { x, params: { 'router.weight': w }, topK: 1, sequenceLength };
    const routing = router.route(input);
    await expectClose(routing.gates, reference.soft.gates, 5e-6);
    await expectClose(tf.softmax(routing.logits), reference.soft.gates, 5e-6);
    const [gradX, gradWeight] = tf.grads((x: tf.Tensor, w: tf.Tensor) =>
      tf.sum(tf.mul(output(x, w), tf.tensor2d(onOutput))),
    )([x, w]);
    await expectClose(gradX, reference.soft.gradX, 2e-5);
    await expectClose(gradWeight, reference.soft.gradWeight, 2e-5);
  });

  it('keeps sequences apart', async () => {
    const w = tf.tensor2d(weight);
    const before = await rows(output(tf.tensor2d(reference.x), w));
    const changed = reference.x.map((row, t) =>
      t >= sequenceLength ? row.map((v) => v + 1) : row,
    );
    const after = await rows(output(tf.tensor2d(changed), w));
    expect(after.slice(0, sequenceLength)).toEqual(before.slice(0, sequenceLength));
    expect(after.slice(sequenceLength)).not.toEqual(before.slice(sequenceLength));
  });

  it('refuses half slots and broken sequences', () => {
    expect(() => soft(0)).toThrow('one slot or more');
    expect(() =>
      router.route({
        x: tf.zeros([10, 5]),
        params: { 'router.weight': tf.tensor2d(weight) },
        topK: 1,
        sequenceLength: 4,
      }),
    ).toThrow('10 tokens are not whole sequences of 4');
  });
});
