import { describe, expect, it } from 'vitest';
import switchBalancer from '../../src/model/balancing/switch';
import noisyTopK from '../../src/model/routers/noisy-top-k';
import sigmoidNormalised from '../../src/model/routers/sigmoid-normalised';
import softmaxTopK from '../../src/model/routers/softmax-top-k';
import softmaxTopKRenormalised from '../../src/model/routers/softmax-top-k-renormalised';
import switchTop1 from '../../src/model/routers/switch-top-1';
import topKSoftmax from '../../src/model/routers/top-k-softmax';
import { routeLogits } from '../../src/model/routing';
import type { Params, Router, RouterInput, Routing } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { onCPU, withoutKernels } from '../engine/fixtures/twins';
import { expectClose, expectNoLeaks } from '../model/backend';

useWebGPU();

const routers: Router[] = [
  softmaxTopK,
  softmaxTopKRenormalised,
  topKSoftmax,
  sigmoidNormalised,
  switchTop1,
  noisyTopK,
];
const differentiable = ['logits', 'scores', 'gates'] as const;
type Part = (typeof differentiable)[number];

interface Case {
  tokens: number;
  dim: number;
  experts: number;
  topK: number;
  bias?: 'per expert' | 'per token';
  /** What a loss looks at; all of it unless said. */
  seen?: Part[];
}

const cases: Record<string, Case> = {
  'two of eight': { tokens: 65, dim: 6, experts: 8, topK: 2 },
  'one of five': { tokens: 7, dim: 3, experts: 5, topK: 1 },
  'all of three': { tokens: 9, dim: 4, experts: 3, topK: 3 },
  'one of one': { tokens: 5, dim: 4, experts: 1, topK: 1 },
  'two of sixteen, in registers': { tokens: 70, dim: 12, experts: 16, topK: 2 },
  'two of 64': { tokens: 70, dim: 8, experts: 64, topK: 2 },
  'three of 256': { tokens: 20, dim: 5, experts: 256, topK: 3 },
  'a bias': { tokens: 33, dim: 4, experts: 6, topK: 2, bias: 'per expert' },
  'a bias of each token': { tokens: 33, dim: 4, experts: 6, topK: 2, bias: 'per token' },
  'eight with a bias': { tokens: 33, dim: 5, experts: 8, topK: 3, bias: 'per expert' },
  'twelve, a bias of each token': { tokens: 33, dim: 5, experts: 12, topK: 2, bias: 'per token' },
  'a loss of the gates': { tokens: 12, dim: 4, experts: 6, topK: 2, seen: ['gates'] },
  'a loss of the scores': { tokens: 12, dim: 4, experts: 6, topK: 2, seen: ['scores'] },
  'a loss of the logits': { tokens: 12, dim: 4, experts: 6, topK: 2, seen: ['logits'] },
  'a loss of gates and scores': {
    ...{ tokens: 12, dim: 4, experts: 6, topK: 2 },
    seen: ['gates', 'scores'],
  },
};

/** Everything a routing holds, and the gradient of a weighed sum of some of it. */
function routed(router: Router, given: Case, more: Partial<RouterInput> = {}): Params {
  const { tokens, dim, experts, topK, bias, seen = differentiable } = given;
  return tf.tidy(() => {
    // Weights of noisy top k start near 0, where many scores would be as good as equal.
    const params = Object.fromEntries(
      Object.entries(router.init(dim, experts, 0)).map(([name, { shape }]) => [
        name,
        normal(shape, 1, 1, name) as tf.Tensor,
      ]),
    );
    const input: RouterInput = {
      x: normal([tokens, dim], 1, 1, 'x'),
      params,
      topK,
      experts,
      random: { seed: 4, counter: tf.scalar(9, 'int32') },
      ...(bias && {
        bias: normal<tf.Rank.R1 | tf.Rank.R2>(
          bias === 'per token' ? [tokens, experts] : [experts],
          0.3,
          2,
          'bias',
        ) as tf.Tensor1D,
      }),
      ...more,
    };
    const leaves: Params = { x: input.x, ...params };
    const names = Object.keys(leaves);
    const loss = (...values: tf.Tensor[]) => {
      const { x, ...weights } = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      const routing = router.route({ ...input, x: x as tf.Tensor2D, params: weights });
      const parts = seen.map((part) =>
        tf.sum(tf.mul(routing[part], normal(routing[part].shape, 1, 3, part))),
      );
      // What no part depends on has a gradient of 0.
      return tf.addN([...parts, ...values.map((value) => tf.mul(tf.sum(value), 0))]) as tf.Scalar;
    };
    const { grads } = tf.valueAndGrads(loss)(Object.values(leaves));
    const { logits, scores, mask, gates } = router.route(input);
    return {
      ...{ logits, scores, mask, gates },
      ...Object.fromEntries(names.map((name, i) => [`gradient of ${name}`, grads[i]])),
    };
  });
}

async function expectSame(got: Params, want: Params): Promise<void> {
  for (const name of Object.keys(want)) {
    expect(got[name].shape, name).toEqual(want[name].shape);
    try {
      await expectClose(got[name], await want[name].data(), name === 'mask' ? 0 : 2e-5);
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`);
    }
  }
}

describe.each(routers)('$name as a kernel', (router) => {
  const possible = Object.keys(cases).filter((name) => !router.refusal?.(cases[name]));

  // WGSL's logarithms and cosines are rough, and noise is drawn with them: on one device, then.
  const plainly = router === noisyTopK ? withoutKernels : onCPU;

  it.each(possible)('routes as the plain form does: %s', async (name) => {
    const want = plainly(() => routed(router, cases[name]));
    const got = routed(router, cases[name]);
    await expectSame(got, want);
    tf.dispose([want, got]);
  });

  it.each([5, 12])('lets the lower index win between %i equals', async (experts) => {
    const topK = router.refusal?.({ experts, topK: 2, tokens: 4 }) ? 1 : 2;
    const params = router.init(3, experts, 0);
    const x = tf.zeros<tf.Rank.R2>([4, 3]);
    const { mask } = router.route({ x, params, topK, evaluating: true });
    const row = Array.from({ length: experts }, (_, i) => Number(i < topK));
    expect(await mask.array()).toEqual(Array(4).fill(row));
  });

  it('says what it cannot choose', () => {
    const given = { tokens: 4, dim: 3, experts: 5, topK: 6 };
    expect(() => routed(router, given)).toThrow(/\w+ \w+ \w+/);
  });

  it('leaves no tensors behind', async () => {
    const given = cases[possible[0]];
    await expectNoLeaks(() => {
      tf.dispose(routed(router, given));
    });
  });
});

it.each([softmaxTopK, softmaxTopKRenormalised, topKSoftmax, sigmoidNormalised])(
  'multiplies the gates of $name by a live scale',
  async (router) => {
    const live = { routeScale: tf.scalar(2.5) };
    const given = cases['two of eight'];
    const want = onCPU(() => routed(router, given, { live }));
    await expectSame(routed(router, given, { live }), want);
  },
);

it.each(['plain', 'normalised', 'softmax'] as const)(
  'scales %s gates and what comes back through them',
  async (gating) => {
    const logits = normal<tf.Rank.R2>([9, 6], 1, 1, 'logits');
    const weights = normal<tf.Rank.R2>([9, 6], 1, 2, 'weights');
    const form = { scoring: 'softmax', gating, topK: 2 } as const;
    const run = (scale: tf.Scalar | undefined, factor: number) => {
      const gates = (given: tf.Tensor) =>
        tf.routeByScores(form, 6, () => ({ logits: given as tf.Tensor2D }), undefined, scale)!
          .gates;
      const gradient = tf.grad((given: tf.Tensor) => tf.sum(tf.mul(gates(given), weights)))(logits);
      return { gates: tf.mul(gates(logits), factor), gradient: tf.mul(gradient, factor) };
    };
    await expectSame(run(tf.scalar(2.5), 1), run(undefined, 2.5));
  },
);

it.each(['normalised', 'softmax'] as const)(
  'keeps %s gates a share where logits are hundreds apart and a bias chooses low ones',
  async (gating) => {
    const logits = tf.tensor2d([[300, -300, 250, 0, -400, 299, 100, 298]]);
    const bias = tf.tensor1d([0, 5, 0, 0, 5, 0, 0, 0]);
    const form = { scoring: 'softmax', gating, topK: 2 } as const;
    const { mask, gates } = tf.routeByScores(form, 8, () => ({ logits }), bias)!;
    expect(await mask.array()).toEqual([[0, 1, 0, 0, 1, 0, 0, 0]]);
    // Both scores are too small for a number: no share of nothing, but no NaN either.
    const whole = gating === 'softmax' ? 1 : 0;
    await expectClose(gates, [0, whole, 0, 0, 0, 0, 0, 0], 1e-6);
  },
);

it('routes from logits that another part of a model computes', async () => {
  const logits = normal<tf.Rank.R2>([30, 7], 1, 1, 'logits');
  const weights = normal<tf.Rank.R2>([30, 7], 1, 2, 'weights');
  const run = () => {
    const routing: Routing = routeLogits(softmaxTopK, logits, { topK: 3 });
    const gradient = tf.grad((given: tf.Tensor) =>
      tf.sum(tf.mul(routeLogits(softmaxTopK, given as tf.Tensor2D, { topK: 3 }).gates, weights)),
    )(logits);
    return { gates: routing.gates, mask: routing.mask, gradient };
  };
  const want = onCPU(run);
  await expectSame(run(), want);
});

describe('the Switch loss as a kernel', () => {
  it.each([
    [33, 8, 2],
    [5, 3, 1],
    [40, 300, 2],
    [1, 1, 1],
  ])('%i tokens, %i experts, %i chosen: alone and on top', async (tokens, experts, topK) => {
    const logits = normal<tf.Rank.R2>([tokens, experts], 1, 1, 'logits');
    const scores = onCPU(() => tf.softmax(logits));
    const mask = onCPU(() => tf.topKMask(scores, topK));
    const task = tf.scalar(0.7);
    const strength = tf.scalar(0.3);
    const run = () => {
      const alone = (now: tf.Tensor) =>
        switchBalancer.loss({ mask, scores: now as tf.Tensor2D }, topK);
      const onTop = (now: tf.Tensor, before: tf.Tensor) => {
        const scores = now as tf.Tensor2D;
        const atOnce = tf.addSwitchLoss(before as tf.Scalar, strength, mask, scores, topK);
        return atOnce?.total ?? tf.add(before, tf.mul(strength, alone(now)));
      };
      const [onScores, onTask] = tf.grads((now, before) =>
        tf.mul(onTop(now, before), tf.scalar(2)),
      )([scores, task]);
      return {
        loss: alone(scores),
        total: onTop(scores, task),
        gradient: tf.grad((now) => tf.mul(alone(now), 3))(scores),
        onScores,
        onTask,
      };
    };
    const want = onCPU(run);
    await expectSame(run(), want);
    const atOnce = tf.addSwitchLoss(task, strength, mask, scores, topK);
    await expectClose(atOnce!.balance, await want.loss.data());
  });
});

describe('the k largest of a row', () => {
  it.each([
    [5, 9, 1],
    [5, 9, 4],
    [3, 600, 2],
    [3, 600, 40],
    [70, 3, 3],
    [66, 8, 3],
    [4, 40, 16],
    [4, 40, 20],
  ])('%i rows of %i: the first %i', async (rows, columns, k) => {
    const scores = normal<tf.Rank.R2>([rows, columns], 1, 1, 'scores');
    // Some equal ones.
    const rough = tf.round(tf.mul(scores, 3)) as tf.Tensor2D;
    for (const given of [scores, rough]) {
      const want = (await given.array()).map((row) => {
        const order = row.map((_, i) => i).sort((a, b) => row[b] - row[a] || a - b);
        return row.map((_, i) => Number(order.indexOf(i) < k));
      });
      expect(await tf.topKMask(given, k).array()).toEqual(want);
    }
  });

  it('has what is no number last', async () => {
    const rows = [
      [NaN, 1, NaN, -2, 3],
      [NaN, NaN, NaN, NaN, -9],
      [NaN, 1, NaN, -2, NaN, 3, NaN, NaN],
      [NaN, NaN, NaN, NaN, NaN, NaN, -9, NaN],
      [...Array(600).fill(NaN), -9],
    ];
    const first = await Promise.all(
      rows.map(async (row) => {
        const [mask] = await tf.topKMask(tf.tensor2d([row]), 2).array();
        return mask.flatMap((kept, i) => (kept ? i : []));
      }),
    );
    expect(first).toEqual([
      [1, 4],
      [0, 4],
      [1, 5],
      [0, 6],
      [0, 600],
    ]);
  });
});
