/** Programs in the variant for hardware, which the software adapter of the tests would not choose. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import classifier8 from '../../bench/cases/classifier-8';
import classifier64 from '../../bench/cases/classifier-64';
import fit from '../../bench/cases/fit';
import transformerLatent from '../../bench/cases/transformer-mla';
import { sessionOf } from '../../bench/models/session';
import { valuesOf } from '../../bench/values';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import switchBalancer from '../../src/model/balancing/switch';
import * as relu from '../../src/model/experts/relu';
import * as swiglu from '../../src/model/experts/swiglu';
import * as crossEntropy from '../../src/model/layers/cross-entropy';
import * as embedding from '../../src/model/layers/embedding';
import { projectHeads } from '../../src/model/layers/project-heads';
import * as rmsNorm from '../../src/model/layers/rms-norm';
import adamw from '../../src/model/optimizers/adamw';
import softmaxTopKRenormalised from '../../src/model/routers/softmax-top-k-renormalised';
import { webgpuBackend } from '../../src/tensor/internals';
import { isSoftware, type Variant, variant, variantOf } from '../../src/tensor/ops/variant';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { expectTwins } from '../engine/fixtures/parity';
import { uncompiled } from '../model/uncompiled';

useWebGPU();

const programs = () => Object.keys(webgpuBackend()!.pipelineCache);

describe('the variant', () => {
  it('is told by the adapter, and forced by tests', () => {
    expect(variantOf(webgpuBackend()!)).toBe('in turn');
    variant.forced = 'split';
    expect(variantOf(webgpuBackend()!)).toBe('split');
    variant.forced = undefined;
    const adapterInfo = { vendor: 'nvidia', architecture: 'hopper' };
    expect(variantOf({ adapterInfo } as never)).toBe('split');
  });

  it.each([
    ['google swiftshader', true],
    ['mesa llvmpipe', true],
    ['microsoft warp', true],
    ['apple metal-3', false],
    ['intel xe-2lpg', false],
    ['', false],
  ])('of “%s” counts as software: %s', (names, software) => {
    expect(isSoftware(names)).toBe(software);
  });
});

describe('sums that invocations share', () => {
  const shared = () => programs().filter((key) => /_split|half > 0u/.test(key)).length;
  let before = 0;
  beforeAll(() => {
    variant.forced = 'split';
    before = shared();
  });
  afterAll(() => {
    variant.forced = undefined;
  });
  afterEach(() => {
    // Else the test has looked at the other variant.
    expect(shared()).toBeGreaterThan(before);
    before = shared();
  });

  it('of a layer of weights are those of its twin', () =>
    expectTwins(
      {
        x: normal([72, 40], 1, 1, 'x'),
        weight: normal([40, 36], 1, 1, 'weight'),
        bias: normal([36], 1, 1, 'bias'),
      },
      ({ x, weight, bias }) => [tf.square(tf.linear(x as tf.Tensor2D, weight, { bias }))],
    ));

  it('of a layer of as many weights as at real size are those of its twin', () =>
    // Eight columns an invocation, and four that share each tile: more would start too many.
    expectTwins(
      { x: normal([256, 36], 1, 1, 'x'), weight: normal([36, 256], 1, 1, 'weight') },
      ({ x, weight }) => [tf.linear(x as tf.Tensor2D, weight)],
    ));

  it.each([
    // Pairs enough for the larger tile, of vectors of four: as at real size.
    ['relu', relu, 40, 3, 12, 20],
    // Few pairs an expert, single numbers; and the pairs are sorted by two commands.
    ['swiglu', swiglu, 70, 72, 18, 10],
  ] as const)(
    'of grouped %s experts are those of their twin',
    (_, kind, tokens, experts, dim, hidden) => {
      const gates = new Float32Array(tokens * experts);
      // Two experts a token; one expert gets most of the tokens, and most get none.
      for (let t = 0; t < tokens; t++) {
        gates[t * experts + (t % 4 ? 0 : 1)] = 0.3 + t / tokens;
        gates[t * experts + (t % 7 ? experts - 1 : 2)] = 0.7;
      }
      const params = kind.init({ experts, dim, hidden, out: dim }, 1);
      for (const name of ['experts.b1', 'experts.b2'])
        if (params[name]) params[name] = normal(params[name].shape, 0.5, 2, name);
      return expectTwins(
        {
          x: normal([tokens, dim], 1, 1, 'x'),
          gates: tf.tensor2d(gates, [tokens, experts]),
          ...params,
        },
        ({ x, gates, ...params }) => [
          kind.forward(params, x as tf.Tensor2D, gates as tf.Tensor2D, 2 * tokens),
        ],
      );
    },
  );

  it('of a router are those of its twin', () =>
    expectTwins(
      { x: normal([33, 64], 1, 1, 'x'), 'router.weight': normal([64, 8], 1, 1, 'weight') },
      ({ x, ...params }) => {
        const { gates, scores, logits } = softmaxTopKRenormalised.route({
          x: x as tf.Tensor2D,
          params,
          topK: 2,
        });
        return [gates, scores, logits];
      },
    ));

  it.each([
    [40, 8],
    // In two commands, the last block of tokens smaller than the others.
    [395, 32],
  ])('of the Switch loss of %i tokens and %i experts are those of its twin', (tokens, experts) => {
    const mask = new Float32Array(tokens * experts);
    for (let t = 0; t < tokens; t++) mask[t * experts + ((t * t) % experts)] = 1;
    const chosen = tf.tensor2d(mask, [tokens, experts]);
    const strength = tf.scalar(0.3);
    return expectTwins(
      { scores: normal([tokens, experts], 1, 1, 'scores'), task: tf.scalar(0.5) },
      ({ scores, task }) => {
        const given = [chosen, scores as tf.Tensor2D, 1] as const;
        const atOnce = tf.addSwitchLoss(task as tf.Scalar, strength, ...given);
        const alone = () => switchBalancer.loss({ mask: chosen, scores: given[1] }, 1);
        return [atOnce?.total ?? tf.add(task, tf.mul(strength, alone()))];
      },
    ).finally(() => tf.dispose([chosen, strength]));
  });

  it('of cross-entropy are those of its twin', async () => {
    const targets = tf.tensor1d(
      Int32Array.from({ length: 300 }, (_, i) => (i * 7 + 1) % 5),
      'int32',
    );
    await expectTwins({ logits: normal([300, 5], 3, 1, 'logits') }, ({ logits }) => [
      tf.mean(tf.square(logits)),
      crossEntropy.forward(logits as tf.Tensor2D, targets),
    ]);
    targets.dispose();
  });

  it.each([
    [65, 70],
    // As many rows as at real size, so that only two share one.
    [2048, 16],
  ])('of a norm of %i rows of %i are those of its twin', (rows, channels) =>
    expectTwins(
      { x: normal([rows, channels], 2, 1, 'x'), weight: normal([channels], 1, 1, 'weight') },
      ({ x, weight }) => {
        const both = rmsNorm.beside({ weight }, x);
        return [tf.add(both.x, tf.square(both.y))];
      },
    ),
  );

  it('of an embedding’s gradient are those of its twin', async () => {
    const tokens = tf.tensor1d(
      Int32Array.from({ length: 130 }, (_, i) => (i * i) % 7),
      'int32',
    );
    await expectTwins({ weight: normal([7, 6], 1, 1, 'weight') }, (params) => [
      embedding.forward(params, tokens),
    ]);
    tokens.dispose();
  });

  it('of projections onto heads are those of their twin', () =>
    expectTwins(
      {
        x: normal([2 * 18, 40], 1, 1, 'x'),
        query: normal([40, 4 * 6], 1, 1, 'query'),
        key: normal([40, 2 * 6], 1, 1, 'key'),
        value: normal([40, 5], 1, 1, 'value'),
      },
      ({ x, query, key, value }) =>
        projectHeads(
          x as tf.Tensor2D,
          [
            { weight: query, heads: 4, turned: true },
            { weight: key, heads: 2, turned: true },
            { weight: value, heads: 1, turned: false },
          ],
          { length: 18, first: 2 },
        ),
    ));

  it.each([
    [8, 18],
    // So many queries that an invocation takes two, as at real size.
    [256, 64],
  ])('of attention in %i heads of %i positions are those of its twin', async (groups, length) => {
    const rows = (name: string) => ({ [name]: normal([groups, length, 4], 1, 1, name) });
    await expectTwins({ ...rows('query'), ...rows('keys'), ...rows('values') }, (tensors) => [
      tf.attention(tensors as never, { heads: 4, scale: 0.7, causal: true }).seen,
    ]);
  });

  it.each<[string, number[], (x: tf.Tensor) => tf.Tensor]>([
    ['a sum over the last axis', [5, 1003], (x) => tf.sum(x, 1)],
    ['a mean over the first axis', [1003, 5], (x) => tf.mean(x, 0)],
    ['a largest number in two commands', [70, 80, 3], (x) => tf.max(x)],
    ['a sum in two commands', [70, 80, 3], (x) => tf.sum(x)],
    ['a softmax', [3, 200], (x) => tf.softmax(tf.mul(x, 3))],
    [
      'a small product',
      [3, 200],
      (x) => tf.matMul(x as tf.Tensor2D, x as tf.Tensor2D, false, true),
    ],
    [
      'the gradient of a gather',
      [40, 3],
      (x) =>
        tf.gather(
          x,
          tf.tensor1d(
            Int32Array.from({ length: 90 }, (_, i) => (i * i) % 11),
            'int32',
          ),
        ),
    ],
  ])('of %s are those of TensorFlow.js', (_, shape, compute) =>
    expectTwins({ x: normal(shape, 1, 1, 'x') }, ({ x }) => [compute(x)]),
  );
});

it.each(
  [classifier8, classifier64, transformerLatent].map((chosen) => [chosen.name, chosen] as const),
)('a browser takes every program of %s', async (_, chosen) => {
  const values = await valuesOf(chosen);
  const session = sessionOf(chosen, values);
  const live = { learningRate: tf.scalar(chosen.learningRate) };
  const device = uncompiled(webgpuBackend()!);
  variant.forced = 'split';
  try {
    tf.tidy(() => {
      session.step({ state: session.state, live } as never);
    });
    expect(programs().filter((key) => /half > 0u/.test(key)).length).toBeGreaterThan(2);
  } finally {
    variant.forced = undefined;
    device.end();
  }
  expect(await device.faults()).toEqual([]);
  tf.dispose([session.state, live]);
  session.dispose?.();
});

it('a step loses the same in both variants, and the same bits in every run', async () => {
  const values = await valuesOf(fit);
  await tf.setBackend('webgpu');
  const losses = async (which: Variant) => {
    variant.forced = which;
    const live = { learningRate: fit.learningRate };
    const work = {
      session: sessionOf(fit, values),
      seed: 1,
      live,
      inputs: {},
      step: 0,
    };
    const trainer = await CapturedTrainer.of(webgpuBackend()!, work).finally(() => {
      variant.forced = undefined;
    });
    await trainer.advance(20).done;
    const { data } = (await trainer.read(false)).metrics.loss;
    trainer.dispose();
    return [...data];
  };
  const want = await losses('in turn');
  const got = await losses('split');
  expect(want[19]).toBeLessThan(0.95 * want[0]);
  expect(got).not.toEqual(want); // another order of additions
  got.forEach((loss, i) => {
    expect(Math.abs(loss - want[i]) / want[i], `step ${i + 1}`).toBeLessThan(1e-4);
  });
  expect(await losses('split')).toEqual(got);
});

it('an optimizer moves weights alike in both variants', async () => {
  const update = () =>
    tf.tidy(() => {
      const params = { long: normal([40, 50], 1, 1, 'long'), short: normal([6], 1, 1, 'short') };
      const grads = { long: normal([40, 50], 1, 2, 'long'), short: normal([6], 1, 2, 'short') };
      const live = { learningRate: tf.scalar(0.1), weightDecay: tf.scalar(0.3) };
      const { params: moved, state } = adamw.update(params, grads, adamw.init(params), live);
      return { ...moved, ...state };
    });
  const want = update();
  const before = programs().length;
  variant.forced = 'split';
  const got = update();
  variant.forced = undefined;
  expect(programs().length).toBe(before + 1);
  for (const name of Object.keys(want))
    expect(await got[name].data(), name).toEqual(await want[name].data());
  tf.dispose([want, got]);
});
