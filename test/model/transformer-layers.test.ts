import { describe, expect, it } from 'vitest';
import sequenceWise from '../../src/model/balancing/sequence-wise';
import * as attention from '../../src/model/layers/attention';
import * as crossEntropy from '../../src/model/layers/cross-entropy';
import * as embedding from '../../src/model/layers/embedding';
import * as feedForward from '../../src/model/layers/feed-forward';
import { shortened } from '../../src/model/layers/kv-cache';
import * as latent from '../../src/model/layers/latent-attention';
import * as rmsNorm from '../../src/model/layers/rms-norm';
import * as rope from '../../src/model/layers/rope';
import * as routed from '../../src/model/layers/routed-attention';
import * as sparseLayer from '../../src/model/layers/sparse-layer';
import { load } from '../../src/model/metrics';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import softmaxTopK from '../../src/model/routers/softmax-top-k';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/transformer-layers.json';
import { backend, expectClose, expectNoLeaks, useBackend } from './backend';
import { expectParity, tensors } from './parity';

useBackend();

const x2d = (inputs: { x?: tf.Tensor }) => inputs.x as tf.Tensor2D;

describe('parts of a transformer equal PyTorch, values and gradients', () => {
  it('RMSNorm', () =>
    expectParity(reference['rms-norm'], ({ x }, params) => rmsNorm.forward(params, x)));

  it('rotary positions', () =>
    expectParity(reference.rope, ({ x }) => rope.rotate(x as tf.Tensor3D, 3, 100)));

  for (const name of ['attention-mha', 'attention-gqa-norm', 'attention-mqa-two-ways'] as const)
    it(name, async () => {
      const { config, sequenceLength, more, inputs, params } = reference[name];
      await expectParity(
        reference[name] as never,
        (given, weights) => attention.forward(weights, x2d(given), config, { sequenceLength }).y,
      );
      const { weights } = attention.forward(
        tensors(params as never),
        x2d(tensors(inputs)),
        config,
        {
          sequenceLength,
        },
      );
      await expectClose(weights, more.weights, 2e-5);
    });

  for (const name of ['latent', 'latent-lite'] as const)
    for (const form of ['plain', 'absorbed'] as const)
      it(`${name} attention, ${form}`, async () => {
        const { config, sequenceLength, more, inputs, params } = reference[name];
        const options = { sequenceLength, form };
        await expectParity(
          reference[name] as never,
          (given, weights) => latent.forward(weights, x2d(given), config, options).y,
        );
        const { weights, cache } = latent.forward(
          tensors(params as never),
          x2d(tensors(inputs)),
          config,
          options,
        );
        await expectClose(weights, more.weights, 2e-5);
        await expectClose(cache.latent, more.latent, 2e-5);
        await expectClose(cache.rotaryKey, more.rotaryKey, 2e-5);
      });

  it('routed attention: every head weighed by its gate is the chosen heads only', () => {
    const { config, sequenceLength } = reference['routed-attention'];
    return expectParity(
      reference['routed-attention'],
      (given, params) =>
        routed.forward(params, x2d(given), { ...config, router: softmaxTopK }, { sequenceLength })
          .y,
    );
  });

  it('embedding', () =>
    expectParity(reference.embedding as never, (_, params) =>
      embedding.forward(params, embedding.tokenTensor(reference.embedding.config.tokens, 7)),
    ));

  it('cross-entropy', () =>
    expectParity(reference['cross-entropy'] as never, ({ logits }) =>
      crossEntropy.forward(
        logits as tf.Tensor2D,
        embedding.tokenTensor(reference['cross-entropy'].config.targets, 7),
      ),
    ));

  it('dense block', () =>
    expectParity(reference['feed-forward'], (given, params) =>
      feedForward.forward(params, x2d(given)),
    ));

  it('sparse block with a shared expert, and its balancing loss', async () => {
    const { config, sequenceLength, more, inputs, params } = reference['sparse-layer'];
    const whole = { ...config, router: sigmoid, balancer: sequenceWise };
    await expectParity(
      reference['sparse-layer'],
      (given, weights) => sparseLayer.forward(weights, x2d(given), whole).y,
    );
    const { routing } = sparseLayer.forward(tensors(params), x2d(tensors(inputs)), whole);
    await expectClose(sparseLayer.balanceLoss(whole, routing, sequenceLength), more.balance);
    await expectClose(tf.sum(load(routing.mask)), 1);
  });
});

const config = { dim: 8, heads: 4, headWidth: 4, rotaryBase: rope.BASE };
const latentConfig = {
  dim: 8,
  heads: 3,
  headWidth: 4,
  keyValueRank: 6,
  queryRank: 7,
  rotaryWidth: 4,
};
const x = () => normal<tf.Rank.R2>([12, 8], 1, 3, 'x');

/** The largest difference of two tensors. */
const gap = async (a: tf.Tensor, b: tf.Tensor) => (await tf.max(tf.abs(tf.sub(a, b))).data())[0];

describe('kinds of attention', () => {
  it('grouped-query attention with as many key-value heads as heads is multi-head', async () => {
    const params = attention.init(config, 1);
    const plain = attention.forward(params, x(), config);
    const grouped = attention.forward(params, x(), { ...config, keyValueHeads: 4 });
    expect(await gap(plain.y, grouped.y)).toBe(0);
  });

  it('multi-query attention is multi-head with one key and value repeated for every head', async () => {
    const single = { ...config, keyValueHeads: 1 };
    const params = attention.init(single, 1);
    const repeated = {
      ...params,
      key: tf.tile(params.key, [1, 4]),
      value: tf.tile(params.value, [1, 4]),
    };
    const one = attention.forward(params, x(), single);
    const four = attention.forward(repeated, x(), config);
    expect(await gap(one.y, four.y)).toBeLessThan(1e-5);
    expect(one.cache.keys.size * 4).toBe(four.cache.keys.size);
  });

  it('a causal token never looks ahead', async () => {
    const { weights } = attention.forward(attention.init(config, 1), x(), config);
    const rows = (await weights.array()) as number[][][];
    for (const head of rows)
      for (const [query, row] of head.entries())
        for (const [key, weight] of row.entries()) if (key > query) expect(weight).toBe(0);
  });

  it('rotary scores depend on the distance alone', async () => {
    const q = normal<tf.Rank.R3>([1, 1, 8], 1, 1, 'q');
    const k = normal<tf.Rank.R3>([1, 1, 8], 1, 1, 'k');
    const score = async (query: number, key: number) =>
      (await tf.sum(tf.mul(rope.rotate(q, query), rope.rotate(k, key))).data())[0];
    expect(await score(9, 4)).toBeCloseTo(await score(105, 100), 4);
    expect(Math.abs((await score(9, 4)) - (await score(9, 5)))).toBeGreaterThan(1e-3);
  });
});

describe('latent attention', () => {
  it('is the same function absorbed and plain, up to rounding', async () => {
    const params = latent.init(latentConfig, 2);
    const plain = latent.forward(params, x(), latentConfig, { sequenceLength: 6 });
    const absorbed = latent.forward(params, x(), latentConfig, {
      sequenceLength: 6,
      form: 'absorbed',
    });
    expect(await gap(plain.y, absorbed.y)).toBeLessThan(1e-5);
    expect(await gap(plain.weights, absorbed.weights)).toBeLessThan(1e-5);
  });

  // In Node only: each shape has attention kernels of its own, which take long to compile.
  it.runIf(backend === 'cpu').each([
    ['without norms', { norm: false }],
    ['without channels for positions', { rotaryWidth: 0 }],
    ['with narrow values', { valueWidth: 2 }],
    ['with wide values', { valueWidth: 7, norm: false, queryRank: undefined }],
    ['bare', { norm: false, rotaryWidth: undefined, queryRank: 5 }],
  ])('is the same function absorbed and plain, and step by step, %s', async (_, change) => {
    const own: latent.LatentAttentionConfig = { ...latentConfig, ...change };
    const params = latent.init(own, 2);
    expect(Object.keys(params).some((name) => name.startsWith('norm.'))).toBe(own.norm !== false);
    expect('rotary.key' in params && 'rotary.query' in params).toBe(Boolean(own.rotaryWidth));
    expect(params.output.shape).toEqual([3 * (own.valueWidth ?? 4), 8]);
    const plain = latent.forward(params, x(), own);
    const absorbed = latent.forward(params, x(), own, { form: 'absorbed' });
    expect(await gap(plain.y, absorbed.y)).toBeLessThan(1e-5);
    expect(Object.keys(plain.cache)).toEqual(
      own.rotaryWidth ? ['latent', 'rotaryKey'] : ['latent'],
    );
    for (const form of ['plain', 'absorbed'] as const) {
      const start = latent.forward(params, tf.slice(x(), 0, 11), own, { form });
      const last = latent.forward(params, tf.slice(x(), 11, 1), own, { form, cache: start.cache });
      expect(await gap(last.y, tf.slice(plain.y, 11, 1))).toBeLessThan(1e-5);
    }
  });

  it('bare, is multi-head attention whose keys and values are products of two matrices', async () => {
    const own = { ...latentConfig, norm: false, rotaryWidth: 0, queryRank: undefined };
    const params = latent.init(own, 2);
    const through = (up: string): tf.Tensor2D =>
      tf.matMul(params['down.keyValue'] as tf.Tensor2D, params[up]);
    const whole = {
      query: params['up.query'],
      key: through('up.key'),
      value: through('up.value'),
      output: params.output,
    };
    const byHeads = attention.forward(whole, x(), { dim: 8, heads: 3, headWidth: 4 });
    expect(await gap(byHeads.y, latent.forward(params, x(), own).y)).toBeLessThan(1e-5);
  });

  it('cannot be absorbed once content keys are rotated', async () => {
    const params = latent.init(latentConfig, 2);
    const turned = { ...latentConfig, rotateContent: true };
    const rotated = latent.forward(params, x(), turned);
    // Absorbing anyway means ignoring the rotation between the two projections.
    const ignoring = latent.forward(params, x(), latentConfig, { form: 'absorbed' });
    expect(await gap(rotated.y, ignoring.y)).toBeGreaterThan(0.1);
    expect(() => latent.forward(params, x(), turned, { form: 'absorbed' })).toThrow(
      'cannot be absorbed',
    );
    expect(latent.refusal({ ...turned, headWidth: 3 })).toContain('must be even and at least 2');
  });
});

describe('a cache cut short', () => {
  it('keeps its first positions, and says what it cannot keep', async () => {
    const keys = tf.tensor3d([1, 2, 3, 4, 5, 6], [2, 3, 1]);
    await expectClose(shortened({ keys }, 2).keys, [1, 2, 4, 5], 0);
    for (const length of [0, 4])
      expect(() => shortened({ keys }, length)).toThrow(
        `The cache holds 3 positions; it cannot keep ${length}.`,
      );
  });
});

describe('cached decoding', () => {
  /** One token at a time through the cache, 2 sequences of 6; outputs [12, 8] as if at once. */
  const oneByOne = (
    step: (
      token: tf.Tensor2D,
      cache?: attention.AttentionOutput['cache'],
    ) => attention.AttentionOutput,
  ) => {
    const perSequence = tf.reshape(x(), [2, 6, 8]);
    let cache: attention.AttentionOutput['cache'] | undefined;
    const outputs = Array.from({ length: 6 }, (_, t) => {
      const token = tf.reshape(tf.slice(perSequence, [0, t, 0], [2, 1, 8]), [2, 8]) as tf.Tensor2D;
      const out = step(token, cache);
      cache = out.cache;
      return out.y;
    });
    return { y: tf.reshape(tf.stack(outputs, 1), [12, 8]), cache: cache! };
  };

  it('by heads gives what the whole sequence gives', async () => {
    const grouped = { ...config, keyValueHeads: 2, queryKeyNorm: true };
    const params = attention.init(grouped, 4);
    const whole = attention.forward(params, x(), grouped, { sequenceLength: 6 });
    const stepped = oneByOne((token, cache) =>
      attention.forward(params, token, grouped, { sequenceLength: 1, cache }),
    );
    expect(await gap(whole.y, stepped.y)).toBeLessThan(1e-5);
    expect(await gap(whole.cache.keys, stepped.cache.keys)).toBeLessThan(1e-5);
  });

  for (const form of ['plain', 'absorbed'] as const)
    it(`through the latent, ${form}, gives what the whole sequence gives`, async () => {
      const params = latent.init(latentConfig, 4);
      const whole = latent.forward(params, x(), latentConfig, { sequenceLength: 6 });
      const stepped = oneByOne((token, cache) =>
        latent.forward(params, token, latentConfig, { sequenceLength: 1, cache, form }),
      );
      expect(await gap(whole.y, stepped.y)).toBeLessThan(1e-5);
      expect(stepped.cache.latent.shape).toEqual([2, 6, 6]);
      expect(stepped.cache.rotaryKey.shape).toEqual([2, 6, 4]);
    });

  it('through routed heads gives what the whole sequence gives', async () => {
    const heads = {
      dim: 8,
      experts: 5,
      topK: 2,
      headWidth: 4,
      rotaryBase: 100,
      router: softmaxTopK,
    };
    const params = routed.init(heads, 4);
    const whole = routed.forward(params, x(), heads, { sequenceLength: 6 });
    const stepped = oneByOne((token, cache) =>
      routed.forward(params, token, heads, { sequenceLength: 1, cache }),
    );
    expect(await gap(whole.y, stepped.y)).toBeLessThan(1e-5);
  });

  it('refuses a cache of another layer', () => {
    const { cache } = attention.forward(attention.init(config, 1), x(), config);
    const wider = { ...config, headWidth: 6 };
    expect(() => attention.forward(attention.init(wider, 1), x(), wider, { cache })).toThrow(
      'Rows and widths must be equal',
    );
  });
});

describe('what cannot be built is refused in a sentence', () => {
  it.each([
    [() => attention.init({ dim: 10, heads: 4 }, 0), '10 channels do not divide into 4 heads'],
    [
      () => attention.init({ dim: 8, heads: 4, keyValueHeads: 3 }, 0),
      '4 query heads do not divide among 3 key-value heads',
    ],
    [() => attention.init({ dim: 12, heads: 4, rotaryBase: 10 }, 0), 'must be even'],
    [() => latent.init({ ...latentConfig, rotaryWidth: 3 }, 0), 'must be even'],
    [() => latent.init({ ...latentConfig, keyValueRank: 0 }, 0), 'keyValueRank of at least 1'],
    [() => latent.init({ ...latentConfig, valueWidth: 0 }, 0), 'valueWidth of at least 1; it is 0'],
    [
      () => sparseLayer.init({ dim: 8, experts: 4, topK: 5, hidden: 2, router: softmaxTopK }, 0),
      'topK 5 needs at least 5 experts; there are 4',
    ],
    [() => embedding.tokenTensor([0, 7], 7), 'Token 7 is not in the vocabulary'],
    [
      () => attention.forward(attention.init(config, 0), x(), config, { sequenceLength: 5 }),
      '12 tokens are not whole sequences of 5',
    ],
    [() => rmsNorm.forward(rmsNorm.init(4), x()), 'scales 4 channels; the vectors have 8'],
    [
      () => crossEntropy.forward(x(), tf.tensor1d([1], 'int32')),
      '12 rows of logits need as many targets; there are 1',
    ],
  ])('%#', (build, sentence) => {
    expect(build).toThrow(sentence as string);
  });
});

describe('nothing is left behind', () => {
  it('but what a layer returns', async () => {
    const params = attention.init(config, 1);
    const lat = latent.init(latentConfig, 1);
    const sparse = { dim: 8, experts: 4, topK: 2, hidden: 3, shared: 1, router: sigmoid };
    const mixed = sparseLayer.init(sparse, 1);
    const input = x();
    await expectNoLeaks(() => {
      const a = attention.forward(params, input, config);
      const b = latent.forward(lat, input, latentConfig, { form: 'absorbed' });
      tf.dispose([a.y, a.weights, ...Object.values(a.cache)]);
      tf.dispose([b.y, b.weights, ...Object.values(b.cache)]);
    });
    await expectNoLeaks(() => {
      const { y, routing } = sparseLayer.forward(mixed, input, sparse);
      tf.dispose([y, routing.logits, routing.scores, routing.mask, routing.gates]);
    });
    await expectNoLeaks(() => {
      const { value, grads } = tf.valueAndGrads((...weights: tf.Tensor[]) => {
        const now = Object.fromEntries(Object.keys(mixed).map((name, i) => [name, weights[i]]));
        return tf.sum(sparseLayer.forward(now, input, sparse).y) as tf.Scalar;
      })(Object.values(mixed));
      tf.dispose([value, ...grads]);
    });
  });
});
