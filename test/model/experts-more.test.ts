import { describe, expect, it } from 'vitest';
import { keepByPriority } from '../../src/model/dispatch/priority-capacity';
import { throughSlots } from '../../src/model/dispatch/soft';
import { fineGrained, slice, sliceGates } from '../../src/model/experts/fine-grained';
import * as dense from '../../src/model/experts/relu';
import * as shared from '../../src/model/experts/shared';
import * as swiglu from '../../src/model/experts/swiglu';
import {
  average,
  branch,
  ensemble,
  mix,
  posterior,
} from '../../src/model/recipes/branch-train-merge';
import { joinExperts, upcycle } from '../../src/model/recipes/upcycle';
import { routers } from '../../src/model/registry';
import { soft } from '../../src/model/routers/soft';
import type { Params } from '../../src/model/types';
import { normal, uniform } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/experts-more.json';
import { expectClose, expectNoLeaks, type Numbers, useBackend } from './backend';

useBackend();

const kinds = { dense, swiglu };
const config = { experts: 3, dim: 4, hidden: 6, out: 2 };
const tokens = () => normal<tf.Rank.R2>([10, 4], 1, 1, 'x');
const rows = (tensor: tf.Tensor) => tensor.array() as Promise<number[][]>;

/** Experts with a bias in every answer, so that nothing rests on biases being 0. */
function trained(kind: keyof typeof kinds, sizes = config): Params {
  const params = kinds[kind].init(sizes, 5);
  for (const name of ['experts.b1', 'experts.b2'])
    if (params[name])
      params[name] = uniform(params[name].shape as number[] as never, -1, 1, 6, name);
  return params;
}

const count = (params: Params) =>
  Object.values(params).reduce((sum, tensor) => sum + tensor.size, 0);

describe('SwiGLU and shared experts', () => {
  const { given, onOutput } = reference;
  const names = { w1: 'experts.w1', w3: 'experts.w3', w2: 'experts.w2' };
  const sharedNames = { s1: 'shared.w1', s3: 'shared.w3', s2: 'shared.w2' };

  async function expectAsInPyTorch(
    answer: (params: Params, x: tf.Tensor2D, gates: tf.Tensor2D) => tf.Tensor2D,
    params: Record<string, string>,
    expected: { output: Numbers; gradients: Record<string, Numbers> },
  ) {
    const keys = Object.keys(params) as (keyof typeof given)[];
    const forward = (x: tf.Tensor, gates: tf.Tensor, ...values: tf.Tensor[]) =>
      answer(
        Object.fromEntries(keys.map((key, i) => [params[key], values[i]])),
        x as tf.Tensor2D,
        gates as tf.Tensor2D,
      );
    const inputs = [given.x, given.gates, ...keys.map((key) => given[key])].map((values) =>
      tf.tensor2d(values),
    ) as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    await expectClose(forward(...inputs), expected.output, 1e-5);
    const gradients = tf.grads((...values: tf.Tensor[]) =>
      tf.sum(tf.mul(forward(...(values as [tf.Tensor, tf.Tensor])), tf.tensor2d(onOutput))),
    )(inputs);
    for (const [i, name] of ['x', 'gates', ...keys].entries())
      await expectClose(gradients[i], expected.gradients[name], 1e-5);
  }

  it('SwiGLU: output and gradients equal PyTorch', () =>
    expectAsInPyTorch(swiglu.forward, names, reference.swiglu));

  it('with shared experts: output and gradients equal PyTorch', () =>
    expectAsInPyTorch(
      (params, x, gates) => shared.forward(swiglu, params, x, gates, reference.shared.shared),
      { ...names, ...sharedNames },
      reference.shared,
    ));

  it.each(['dense', 'swiglu'] as const)(
    'shared %s experts answer also where no gate is open',
    async (kind) => {
      const params = shared.init(kinds[kind], { ...config, shared: 2 }, 3);
      const closed = tf.zeros<tf.Rank.R2>([10, 3]);
      const answer = shared.forward(kinds[kind], params, tokens(), closed, 2);
      expect((await tf.max(tf.abs(answer)).data())[0]).toBeGreaterThan(0.1);
      const routed = kinds[kind].forward(params, tokens(), closed);
      await expectClose(routed, Array(20).fill(0), 0);
    },
  );

  it('isolating shared experts keeps the number of active ones', () => {
    // DeepSeekMoE 16B: 66 experts of which 8 are active, 2 of them shared.
    expect(shared.isolateShared(66, 8, 2)).toEqual({ experts: 64, topK: 6 });
    expect(() => shared.isolateShared(8, 2, 2)).toThrow('none is left to route');
    expect(() => shared.isolateShared(4, 5, 1)).toThrow('cannot use 5 of 4');
    expect(() => shared.init(dense, { ...config, shared: 0 }, 1)).toThrow('1 or more; not 0');
  });
});

describe('fine-grained experts', () => {
  it('cost as many parameters, active ones too', () => {
    const coarse = { experts: 4, hidden: 12, topK: 2 };
    const fine = fineGrained(coarse, 3);
    expect(fine).toEqual({ experts: 12, hidden: 4, topK: 6 });
    const sizes = { dim: 5, out: 5 };
    expect(count(swiglu.init({ ...sizes, ...fine }, 1))).toBe(
      count(swiglu.init({ ...sizes, ...coarse }, 1)),
    );
    expect(fine.topK * fine.hidden).toBe(coarse.topK * coarse.hidden);
  });

  it.each(['dense', 'swiglu'] as const)(
    'cut from trained %s experts compute the same',
    async (kind) => {
      const params = trained(kind);
      const gates = uniform<tf.Rank.R2>([10, 3], 0, 1, 2, 'gates');
      const before = kinds[kind].forward(params, tokens(), gates);
      const after = kinds[kind].forward(slice(params, 2), tokens(), sliceGates(gates, 2));
      await expectClose(after, await rows(before), 1e-5);
    },
  );

  it('refuses slices that do not divide the hidden units', () => {
    const coarse = { experts: 4, hidden: 10, topK: 1 };
    expect(() => fineGrained(coarse, 4)).toThrow('10 hidden units do not divide into 4');
    expect(() => fineGrained(coarse, 0)).toThrow('not 0');
    expect(() => slice(trained('dense'), 1.5)).toThrow('not 1.5');
  });
});

describe('upcycling', () => {
  it.each(['dense', 'swiglu'] as const)(
    '%s: computes what the dense layer did while gates sum to 1',
    async (kind) => {
      const layer = trained(kind, { ...config, experts: 1 });
      const x = tokens();
      const before = kinds[kind].forward(layer, x, tf.ones([10, 1]));
      const router = routers.get('top-k-softmax');
      const { gates } = router.route({ x, params: router.init(4, 5, 2), topK: 2 });
      const after = kinds[kind].forward(upcycle(layer, 5), x, gates);
      await expectClose(after, await rows(before), 1e-5);
    },
  );

  it('joins layers as the experts of one', async () => {
    const layers = [1, 2, 3].map((seed) => dense.init({ ...config, experts: 1 }, seed));
    const x = tokens();
    const gates = uniform<tf.Rank.R2>([10, 3], 0, 1, 2, 'gates');
    const apart = layers.map((layer, e) =>
      dense.forward(layer, x, tf.slice(gates, [0, e], [10, 1])),
    );
    const joined = dense.forward(joinExperts(layers), x, gates);
    await expectClose(joined, await rows(tf.addN(apart)), 1e-5);
  });

  it('refuses parameters that are no expert, and no experts', () => {
    expect(() => upcycle({ 'router.weight': tf.zeros([2, 2]) }, 2)).toThrow(
      '"router.weight" is none of them',
    );
    expect(() => upcycle({}, 0)).toThrow('not 0');
  });
});

describe('branch-train-merge', () => {
  const { btm } = reference;
  const logProbabilities = () => tf.tensor3d(btm.logProbabilities);
  const logLikelihoods = () =>
    tf.tensor2d(btm.logProbabilities.map((branches, t) => branches.map((p) => p[btm.words[t]])));
  const options = () => ({
    prior: tf.tensor1d(btm.prior),
    sequenceLength: btm.sequenceLength,
  });

  it('weighs branches by Bayes’ rule on the tokens before, as NumPy does', async () => {
    await expectClose(posterior(logLikelihoods(), options()), btm.posterior, 1e-5);
    await expectClose(posterior(logLikelihoods(), { ...options(), topK: 2 }), btm.top2, 1e-5);
  });

  it('averages probabilities, not their logarithms', async () => {
    const weights = tf.tensor2d(btm.posterior);
    await expectClose(ensemble(logProbabilities(), weights), btm.ensemble, 1e-5);
  });

  it('branches are equal and apart, and average to where they came from', async () => {
    const seed = trained('dense');
    const branches = branch(seed, 3);
    const mean = average(branches);
    for (const [name, value] of Object.entries(seed)) {
      expect(branches[0][name]).not.toBe(value);
      await expectClose(mean[name], Array.from(await value.data()), 1e-6);
    }
    const [a, b] = [{ w: tf.scalar(1) }, { w: tf.scalar(5) }];
    await expectClose(average([a, b], [3, 1]).w, 2, 1e-6);
  });

  it('mixes: experts side by side, the rest averaged', async () => {
    const layer = (seed: number): Params => ({
      'attention.w': tf.fill([2, 2], seed),
      ...swiglu.init({ ...config, experts: 1 }, seed),
    });
    const mixed = mix([layer(1), layer(4)]);
    await expectClose(
      mixed['attention.w'],
      [
        [2.5, 2.5],
        [2.5, 2.5],
      ],
      1e-6,
    );
    const gates = tf.tensor2d([[0, 1]]);
    const x = tf.slice(tokens(), 0, 1);
    const second = swiglu.forward(layer(4), x, tf.ones([1, 1]));
    await expectClose(swiglu.forward(mixed, x, gates), await rows(second), 1e-6);
  });

  it('refuses weights that fit no branches', () => {
    const branches = branch({ w: tf.scalar(1) }, 2);
    expect(() => average(branches, [1])).toThrow('2 branches and 1 weights');
    expect(() => average(branches, [0, 0])).toThrow('more than 0');
    expect(() => posterior(tf.zeros([5, 2]), { sequenceLength: 2 })).toThrow(
      'whole sequences of 2',
    );
  });
});

describe('soft MoE through ordinary experts', () => {
  it.each([1, 2])('each slot is answered by its own expert, %i per expert', async (slots) => {
    const router = soft(slots);
    const x = normal<tf.Rank.R2>([8, 4], 1, 2, 'x');
    const params = { ...router.init(4, 3, 1), ...swiglu.init(config, 2) };
    const routing = router.route({ x, params, topK: 1, sequenceLength: 4 });
    const answer = throughSlots(routing, x, (slot, gates) => swiglu.forward(params, slot, gates));
    expect(answer.shape).toEqual([8, 2]);

    // The same slot by slot, on the host's order of things.
    const { dispatch, combine } = routing.slots!;
    const perSequence = tf.reshape(x, [2, 4, 4]) as tf.Tensor3D;
    const mixed = tf.unstack(tf.matMul(dispatch, perSequence), 1) as tf.Tensor2D[]; // per slot [sequences, dim]
    const answers = mixed.map((slot, s) => {
      const own = [0, 1, 2].map((e) => Number(e === Math.floor(s / slots)));
      return swiglu.forward(params, slot, tf.tensor2d([own, own]));
    });
    const expected = tf.matMul(combine, tf.stack(answers, 1) as tf.Tensor3D);
    await expectClose(answer, Array.from(await expected.data()), 1e-5);
  });

  it('needs slots', () => {
    expect(() => throughSlots({ gates: tf.ones([2, 2]) }, tf.ones([2, 2]), (x) => x)).toThrow(
      'needs the slots',
    );
  });
});

describe('capacity by priority', () => {
  for (const { topK, factor, devices, scores, mask, kept } of reference.capacity)
    it(`keeps the best: topK ${topK}, factor ${factor}, ${devices} queues`, async () => {
      const result = keepByPriority(tf.tensor2d(mask), tf.tensor2d(scores), {
        topK,
        factor: tf.scalar(factor),
        devices,
      });
      await expectClose(result, kept, 0);
    });

  it('drops the later of two tokens that matter equally', async () => {
    const mask = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    const even = tf.fill<tf.Rank.R2>([4, 2], 0.5);
    const kept = keepByPriority(mask, even, { topK: 1, factor: 1 });
    await expectClose(
      kept,
      [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      0,
    );
  });

  it('drops first what has no number for a priority, and nothing while there is room', async () => {
    const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);
    const keep = async (priority: number[], factor: number) => {
      const mask = column([1, 1, 0, 1, 1]);
      const kept = keepByPriority(mask, column(priority), { topK: 1, factor });
      return Array.from(await kept.data());
    };
    const odd = [Number.NaN, 0.1, 0.9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(await keep(odd, 0.4)).toEqual([0, 1, 0, 1, 0]); // room for two of five
    expect(await keep(odd, 0.6)).toEqual([1, 1, 0, 1, 0]);
    expect(await keep(odd, 0.8)).toEqual([1, 1, 0, 1, 1]);
  });

  it('lets no gradient through, leaves nothing behind', async () => {
    const mask = tf.tensor2d([
      [1, 0],
      [1, 0],
    ]);
    const scores = tf.tensor2d([
      [0.6, 0.4],
      [0.7, 0.3],
    ]);
    const through = tf.grad((s: tf.Tensor) =>
      tf.add(
        tf.sum(keepByPriority(mask, s as tf.Tensor2D, { topK: 1, factor: 1 })),
        tf.mul(tf.sum(s), 0),
      ),
    )(scores);
    await expectClose(
      through,
      [
        [0, 0],
        [0, 0],
      ],
      0,
    );
    await expectNoLeaks(() => {
      tf.tidy(() => {
        keepByPriority(mask, scores, { topK: 1, factor: 1 });
      });
    });
  });

  it('refuses no room at all', () => {
    const mask = tf.ones<tf.Rank.R2>([4, 2]);
    expect(() => keepByPriority(mask, mask, { topK: 1, factor: 0 })).toThrow('leaves no room');
    expect(() => keepByPriority(mask, mask, { topK: 1, factor: Number.NaN })).toThrow(
      'leaves no room',
    );
    expect(() => keepByPriority(mask, mask, { topK: 1, factor: 1, devices: 3 })).toThrow('evenly');
  });
});
