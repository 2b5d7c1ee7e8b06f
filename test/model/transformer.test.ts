import { describe, expect, it } from 'vitest';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import { allBut, without } from '../../src/model/decomposition/ablation';
import { cacheBytes } from '../../src/model/layers/kv-cache';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import adamw from '../../src/model/optimizers/adamw';
import { clipByGlobalNorm, globalNorm } from '../../src/model/optimizers/clip';
import { cosine, warmUp, warmUpCosine } from '../../src/model/optimizers/schedules';
import hash from '../../src/model/routers/hash';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import * as tf from '../../src/tensor/tf';
import { backend, expectClose, expectNoLeaks, useBackend } from './backend';
import { uncomputed } from './uncompiled';

useBackend();

const config: transformer.TransformerConfig = {
  vocabulary: 7,
  dim: 8,
  layers: 2,
  firstDense: 1,
  hidden: 6,
  attention: {
    kind: 'latent',
    heads: 2,
    headWidth: 4,
    keyValueRank: 5,
    rotaryWidth: 2,
    rotaryBase: 100,
  },
  moe: { experts: 4, topK: 2, hidden: 3, shared: 1, router: sigmoid, balancer: sequenceWise },
};
const byHeads: transformer.TransformerConfig = {
  ...config,
  attention: { kind: 'heads', heads: 2, keyValueHeads: 1, rotaryBase: 100 },
};
const SENTENCE = [3, 1, 4, 1, 5, 2];
const ints = (values: number[][]) => tf.tensor2d(values, undefined, 'int32');
const gap = async (a: tf.Tensor, b: tf.Tensor) => (await tf.max(tf.abs(tf.sub(a, b))).data())[0];

describe('a transformer', () => {
  it('is sparse where its two numbers say', () => {
    const sparse = (firstDense: number, sparseEvery: number) =>
      Array.from({ length: 6 }, (_, layer) =>
        transformer.isSparse({ ...config, firstDense, sparseEvery }, layer) ? 'S' : 'd',
      ).join('');
    expect(sparse(0, 1)).toBe('SSSSSS');
    expect(sparse(3, 1)).toBe('dddSSS'); // DeepSeek-V3
    expect(sparse(0, 2)).toBe('dSdSdS'); // GShard, Llama 4 Maverick
    expect(transformer.isSparse({ ...config, moe: undefined }, 1)).toBe(false);
  });

  for (const [name, model, form] of [
    ['a latent', config, 'absorbed'],
    ['one key-value head', byHeads, undefined],
  ] as const)
    it(`decodes token by token through ${name} as if it saw all at once`, async () => {
      const params = transformer.init(model, 3);
      const whole = transformer.forward(params, tf.tensor1d(SENTENCE, 'int32'), model);
      let caches: transformer.TransformerOptions['caches'];
      const rows = SENTENCE.map((token) => {
        const out = transformer.forward(params, tf.tensor1d([token], 'int32'), model, {
          caches,
          form,
        });
        caches = out.blocks.map((block) => block.cache);
        return out.logits;
      });
      expect(await gap(tf.concat(rows, 0), whole.logits)).toBeLessThan(2e-5);
      const elements = name === 'a latent' ? 5 + 2 : 2 * 4;
      expect(caches!.map(cacheBytes)).toEqual([0, 1].map(() => SENTENCE.length * elements * 4));
    });

  it('refuses what cannot be built', () => {
    const refusals: [Partial<transformer.TransformerConfig>, string][] = [
      [{ vocabulary: 1 }, 'A vocabulary has 2 words or more; this one has 1.'],
      [{ layers: 0 }, '1 layer or more'],
      [{ firstDense: 2 }, 'none of 2 layers is'],
      [{ attention: { kind: 'heads', heads: 3 } }, 'do not divide into 3 heads'],
      [{ moe: { ...config.moe!, topK: 5 } }, 'topK 5 needs at least 5 experts'],
    ];
    for (const [change, sentence] of refusals)
      expect(() => transformer.init({ ...config, ...change }, 0)).toThrow(sentence);
    expect(() =>
      transformer.forward(transformer.init(config, 0), tf.tensor1d([1], 'int32'), {
        ...config,
        vocabulary: 9,
      }),
    ).toThrow('The parameters embed 7 words');
  });

  it('routes a layer by another router, where one is given', async () => {
    const params = transformer.init(config, 0);
    const tokens = tf.tensor1d([3, 5, 3], 'int32');
    const masks = async (routers?: transformer.TransformerOptions['routers']) => {
      const { blocks } = transformer.forward(params, tokens, config, { routers });
      const read = blocks.map(async ({ routing }) => routing && (await routing.mask.array()));
      return (await Promise.all(read)) as (number[][] | undefined)[];
    };
    const plain = await masks();
    const sparse = plain.flatMap((mask, layer) => (mask ? [layer] : []));
    const last = sparse[sparse.length - 1];
    const routers = plain.map((_, layer) =>
      layer === last ? without(config.moe!.router, allBut(config.moe!.experts, [0, 1])) : undefined,
    );
    const changed = await masks(routers);
    expect(changed.slice(0, last)).toEqual(plain.slice(0, last));
    expect(changed[last]!.every(([first, second]) => first + second === 0)).toBe(true);
    expect(plain[last]).not.toEqual(changed[last]);
  });

  it('hands its tokens to routers that look at them', async () => {
    const hashed = {
      ...config,
      moe: { ...config.moe!, router: hash, topK: 1, balancer: undefined },
    };
    const params = transformer.init(hashed, 0);
    const tokens = tf.tensor1d([3, 5, 3], 'int32');
    const random = { seed: 1, counter: tf.scalar(0, 'int32') };
    const { blocks } = transformer.forward(params, tokens, hashed, { random });
    const mask = (await blocks[1].routing!.mask.array()) as number[][];
    expect(mask[0]).toEqual(mask[2]);
  });
});

describe('multi-token prediction', () => {
  it('drafts from enough states, and says if there are fewer', () => {
    const extra = { kind: 'sequential', depths: 2 } as const;
    const params = { ...transformer.init(config, 0), ...multiToken.init(config, extra, 0) };
    const text = tf.tensor1d([3, 1, 4, 1], 'int32');
    const draft = (states: number, depth: number) =>
      multiToken.draft(params, tf.zeros([states, 8]), text, depth, config, extra);
    expect(draft(2, 2).shape).toEqual([1, 7]);
    expect(() => draft(2, 1)).toThrow('Draft 1 behind 4 tokens needs 3 states; there are 2.');
    expect(() => draft(2, 3)).toThrow('Draft 3 needs 3 multi-token modules; the model has 2.');
    const short = tf.tensor1d([3], 'int32');
    expect(() => multiToken.draft(params, tf.zeros([0, 8]), short, 1, config, extra)).toThrow(
      'looks 1 tokens back; the text has only 1',
    );
  });

  const length = 5;
  const tokens = [
    [3, 1, 4, 1, 5, 2],
    [0, 6, 2, 2, 3, 6],
  ];

  /** Logits of each depth, with one token of the first sequence replaced. */
  const predict = async (
    kind: 'sequential' | 'parallel',
    replaced?: { at: number; by: number },
  ) => {
    const given = tokens.map((row) => [...row]);
    if (replaced) given[0][replaced.at] = replaced.by;
    const extra = { kind, depths: 2 };
    const params = { ...transformer.init(config, 1), ...multiToken.init(config, extra, 1) };
    const ids = ints(given);
    const { hidden } = transformer.forward(params, multiToken.window(ids, 0, length), config, {
      sequenceLength: length,
    });
    return multiToken.forward(params, hidden, ids, config, extra);
  };

  // In Node only: what it does is not a kernel's, and its own shapes take long to compile.
  it.runIf(backend === 'cpu')('aims at the token after the one it reads', async () => {
    for (const kind of ['sequential', 'parallel'] as const)
      for (const [module, { logits, targets }] of (await predict(kind)).entries()) {
        const { reads, predicts } = multiToken.offsets(module + 1);
        expect([reads, predicts]).toEqual([module + 1, module + 2]);
        const left = length - reads;
        expect(logits.shape).toEqual([2 * left, 7]);
        const wanted = tokens.flatMap((row) => row.slice(predicts, predicts + left));
        expect([...(await targets.data())]).toEqual(wanted);
      }
  });

  it('in sequence sees the token it reads, and never its target', async () => {
    const [before] = await predict('sequential');
    const first = (logits: tf.Tensor2D) => tf.slice(logits, [0, 0], [1, 7]);
    const target = await predict('sequential', { at: multiToken.offsets(1).predicts, by: 0 });
    expect(await gap(first(before.logits), first(target[0].logits))).toBe(0);
    const seen = await predict('sequential', { at: multiToken.offsets(1).reads, by: 0 });
    expect(await gap(first(before.logits), first(seen[0].logits))).toBeGreaterThan(1e-3);
  });

  it('in parallel sees no token after its own', async () => {
    const before = await predict('parallel');
    const next = await predict('parallel', { at: 1, by: 0 });
    for (const module of [0, 1]) {
      const first = (all: multiToken.Prediction[]) => tf.slice(all[module].logits, [0, 0], [1, 7]);
      expect(await gap(first(before), first(next))).toBe(0);
    }
  });

  it('weighs the depths by λ/D and divides each by T', async () => {
    // Logits that know nothing cost ln 7 a target; depth 1 has 4 of 5 targets, depth 2 has 3.
    const blank = (left: number) =>
      ({ logits: tf.zeros([left, 7]), targets: tf.zeros([left], 'int32') }) as never;
    const loss = multiToken.loss([blank(4), blank(3)], 5, tf.scalar(0.3));
    await expectClose(loss, [(0.3 / 2) * Math.log(7) * (4 / 5 + 3 / 5)]);
  });

  it('refuses depths without positions, and states of other tokens', async () => {
    const extra = { kind: 'parallel', depths: 5 } as const;
    const ids = ints(tokens);
    const hidden = tf.zeros<tf.Rank.R2>([10, 8]);
    expect(() => multiToken.forward({}, hidden, ids, config, extra)).toThrow(
      'Depth 5 has no position left in sequences of 5',
    );
    expect(() =>
      multiToken.forward({}, tf.zeros([12, 8]), ids, config, { ...extra, depths: 1 }),
    ).toThrow('need 10 states; there are 12');
  });
});

describe('what every step leaves behind', () => {
  it('is nothing: forward, gradients, clipping and AdamW of a model with two depths', async () => {
    const extra = { kind: 'sequential', depths: 1 } as const;
    const params = { ...transformer.init(config, 1), ...multiToken.init(config, extra, 1) };
    const names = Object.keys(params);
    const state = adamw.init(params);
    const ids = ints([[3, 1, 4, 1]]);
    const one = tf.scalar(1);
    // Nothing of it is read, so nothing has to be compiled either.
    await uncomputed(() =>
      expectNoLeaks(() => {
        const { value, grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
          const now = Object.fromEntries(names.map((name, i) => [name, values[i]]));
          const out = transformer.forward(now, multiToken.window(ids, 0, 3), config);
          const ahead = multiToken.forward(now, out.hidden, ids, config, extra);
          const task = transformer.taskLoss(out.logits, multiToken.window(ids, 1, 3));
          const balance = transformer.balanceLoss(out, config);
          return tf.add(tf.add(task, balance), multiToken.loss(ahead, 3, one)) as tf.Scalar;
        })(names.map((name) => params[name]));
        const clipped = clipByGlobalNorm(
          Object.fromEntries(names.map((name, i) => [name, grads[i]])),
          1,
        );
        const next = tf.tidy(() => adamw.update(params, clipped, state, { learningRate: one }));
        tf.dispose([value, ...grads, clipped, next.params, next.state] as never);
      }),
    );
    await expectNoLeaks(() => {
      const ids1 = tf.tensor1d([1, 2], 'int32');
      const out = transformer.forward(params, ids1, config);
      tf.dispose([ids1, out.logits, out.blocks] as never);
    });
  });
});

describe('clipping and schedules', () => {
  // In Node only: what it does is not a kernel's, and its own shapes take long to compile.
  it.runIf(backend === 'cpu')(
    'scales all gradients by one factor, and only when they are too long',
    async () => {
      // Twelve tensors: a sum of so many at once fails on WebGPU.
      const grads = Object.fromEntries(
        Array.from({ length: 12 }, (_, i) => [`w${i}`, tf.tensor1d([3, 4])]),
      );
      const norm = 5 * Math.sqrt(12);
      await expectClose(globalNorm(grads), [norm]);
      await expectClose(clipByGlobalNorm(grads, 1).w11, [3 / norm, 4 / norm]);
      await expectClose(clipByGlobalNorm(grads, 100).w0, [3, 4]);
    },
  );

  it('warms up in equal steps and falls along half a cosine', async () => {
    const at = (step: number) => tf.scalar(step, 'int32');
    await expectClose(warmUp(at(0), 4), [0.25]);
    await expectClose(warmUp(at(3), 4), [1]);
    await expectClose(warmUp(at(9), 4), [1]);
    await expectClose(cosine(at(3), 4, 8), [1]);
    await expectClose(cosine(at(6), 4, 8, 0.1), [0.55]);
    // A GPU's cosine is good to some 1e-4.
    await expectClose(cosine(at(7), 4, 8), [(1 - Math.SQRT1_2) / 2], 1e-4);
    await expectClose(cosine(at(80), 4, 8, 0.1), [0.1]);
    await expectClose(warmUpCosine(at(1), { warmUpSteps: 4, to: 8 }), [0.5]);
    expect(() => cosine(at(0), 5, 5)).toThrow('cannot fall');
  });
});
