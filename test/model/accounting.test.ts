import { describe, expect, it } from 'vitest';
import {
  cacheBytesOf,
  cacheBytesPerToken,
  elementsPerToken,
  withAttention,
} from '../../src/model/accounting/cache';
import { allToAllBytesPerToken, expectedDevices } from '../../src/model/accounting/communication';
import { flopsPerToken, meanContext } from '../../src/model/accounting/flops';
import { describe as describeModel } from '../../src/model/accounting/ours';
import { countParameters, expertParameters } from '../../src/model/accounting/parameters';
import { knownFamilies, readConfig } from '../../src/model/accounting/read-config';
import { type ReleasedModel, released } from '../../src/model/accounting/released';
import { groupLimited } from '../../src/model/group-limited';
import { cacheBytes } from '../../src/model/layers/kv-cache';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import { routers } from '../../src/model/registry';
import noisy from '../../src/model/routers/noisy-top-k';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import { soft } from '../../src/model/routers/soft';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useBackend } from './backend';

useBackend();

const model = (name: string): ReleasedModel => released.find((one) => one.name === name)!;
const billions = (count: number) => count / 1e9;

/** The places of all numbers in a configuration. */
const numbersIn = (config: Record<string, unknown>): string[][] =>
  Object.entries(config).flatMap(([name, value]) => {
    if (typeof value === 'number') return [[name]];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
    return numbersIn(value as Record<string, unknown>).map((path) => [name, ...path]);
  });

describe('parameters of released models', () => {
  it('has the eighteen models that the course names', () => {
    expect(released.map(({ name }) => name)).toEqual([
      'deepseek-v2',
      'deepseek-v2-lite',
      'deepseek-v3',
      'deepseekmoe-16b',
      'glm-4.5',
      'glm-4.5-air',
      'gpt-oss-120b',
      'gpt-oss-20b',
      'kimi-k2',
      'llama-4-maverick',
      'llama-4-scout',
      'mixtral-8x22b',
      'mixtral-8x7b',
      'olmoe',
      'qwen1.5-moe',
      'qwen2-57b',
      'qwen3-235b',
      'qwen3-30b',
    ]);
  });

  for (const { name, published, storedParameters, architecture } of released)
    it(`${name}: the total is the published one`, () => {
      const { total } = countParameters(architecture);
      // "A trillion" is rounded further than the others.
      const rounding = published.total === 1000 ? 0.03 : 0.01;
      expect(Math.abs(billions(total) / published.total - 1)).toBeLessThan(rounding);
      if (storedParameters) expect(total).toBe(storedParameters);
    });

  it.each([
    ['glm-4.5', 358_337_791_296],
    ['glm-4.5-air', 110_468_824_832],
  ])(
    '%s: with its multi-token module and copies of embedding and head, as stored',
    (name, stored) => {
      const { total, predictors, embedding, head } = countParameters(model(name).architecture);
      expect(total + predictors + embedding + head).toBe(stored);
    },
  );

  it('reads a language model by itself as it does inside a larger one', () => {
    const scout = model('llama-4-scout');
    const { text_config: text } = scout.config as { text_config: object };
    const alone = readConfig({ ...text, model_type: 'llama4_text' });
    expect(alone.beside).toBeUndefined();
    expect(alone.layers).toEqual(scout.architecture.layers);
    // The file of Kimi K2.5 holds Kimi K2's text model beside an image encoder.
    const kimi = model('kimi-k2');
    const wrapped = { model_type: 'kimi_k25', vision_config: {}, text_config: kimi.config };
    expect(readConfig(wrapped)).toEqual(kimi.architecture);
  });

  it('makes sparse the layers that a Llama lists', () => {
    const { text_config: text } = model('llama-4-maverick').config as { text_config: object };
    const { layers } = readConfig({ ...text, model_type: 'llama4_text', moe_layers: [0, 2, 5] });
    const sparse = layers.flatMap(({ feedForward }, i) =>
      feedForward.kind === 'sparse' ? [i] : [],
    );
    expect(sparse).toEqual([0, 2, 5]);
  });

  it('counts what one token meets, as the reports do', () => {
    const { active, activeWithoutEmbedding } = countParameters(model('deepseek-v3').architecture);
    expect(billions(active)).toBeCloseTo(37.55, 2);
    expect(billions(activeWithoutEmbedding)).toBeCloseTo(36.63, 2);
    // The model card: 5.13 B and 3.61 B, head included, embedding not.
    const oss = (name: string) => countParameters(model(name).architecture).activeWithoutEmbedding;
    expect(billions(oss('gpt-oss-120b'))).toBeCloseTo(5.13, 2);
    expect(billions(oss('gpt-oss-20b'))).toBeCloseTo(3.61, 2);
    expect(billions(countParameters(model('mixtral-8x7b').architecture).active)).toBeCloseTo(
      12.88,
      2,
    );
    for (const { name, architecture, published } of released) {
      const { active: all, embedding, head } = countParameters(architecture);
      // Reports count embedding and head, one of them, or neither.
      const choices = [all, all - embedding, all - embedding - head];
      const best = Math.min(...choices.map((n) => Math.abs(billions(n) / published.active - 1)));
      expect(best, name).toBeLessThan(0.06);
    }
  });

  it("weighs DeepSeek-V3's expert and its multi-token module", () => {
    const { dim, layers, predictors } = model('deepseek-v3').architecture;
    const sparse = layers[3].feedForward;
    if (sparse.kind !== 'sparse') throw new Error('Layer 3 of DeepSeek-V3 is sparse.');
    expect(expertParameters(dim, sparse)).toBe(3 * 7168 * 2048);
    expect(layers.filter(({ feedForward }) => feedForward.kind === 'dense')).toHaveLength(3);
    expect(predictors).toHaveLength(1);
    // The weights' README: 11.5 B of its own.
    const { predictors: own } = countParameters(model('deepseek-v3').architecture);
    expect(Math.abs(billions(own) / 11.5 - 1)).toBeLessThan(0.01);
  });

  it('alternates dense and sparse layers in Maverick, not in Scout', () => {
    const sparse = (name: string) =>
      model(name).architecture.layers.filter(({ feedForward }) => feedForward.kind === 'sparse');
    expect(sparse('llama-4-maverick')).toHaveLength(24);
    expect(sparse('llama-4-scout')).toHaveLength(48);
  });
});

describe('the cache', () => {
  // deepseekv2, table 1, over all layers.
  it.each([
    ['deepseek-v2', 34_560, 1_966_080, 122_880, 15_360],
    ['deepseek-v3', 35_136, 1_998_848, 124_928, 15_616],
    ['deepseek-v2-lite', 15_552, 110_592, 55_296, 6_912],
  ])('of %s is what the report says, beside the other kinds of attention', (name, ...sizes) => {
    const { architecture } = model(name);
    const heads = (keyValueHeads: (own: number) => number) =>
      withAttention(architecture, (own) => ({
        kind: 'heads',
        heads: own.heads,
        keyValueHeads: keyValueHeads(own.heads),
        headWidth: own.headWidth,
      }));
    const elements = [architecture, heads((own) => own), heads(() => 8), heads(() => 1)].map(
      (kind) => cacheBytesPerToken(kind, 1),
    );
    expect(elements).toEqual(sizes);
  });

  it('of 131,072 tokens: 9.2 GB for DeepSeek-V3', () => {
    expect(cacheBytesOf(model('deepseek-v3').architecture, 131_072) / 1e9).toBeCloseTo(9.2, 1);
  });

  it('stops growing in layers with a window', () => {
    const { architecture } = model('gpt-oss-20b');
    const perToken = cacheBytesPerToken(architecture);
    expect(cacheBytesOf(architecture, 100)).toBe(100 * perToken);
    expect(cacheBytesOf(architecture, 1000)).toBe((perToken / 2) * (1000 + 128));
  });
});

describe('operations', () => {
  it('are twice the active weights, plus scores and values', () => {
    const { architecture } = model('mixtral-8x7b');
    const { weights, attention, forward, training } = flopsPerToken(architecture, {
      context: 1000,
    });
    expect(weights).toBe(2 * countParameters(architecture).activeWithoutEmbedding);
    expect(attention).toBe(32 * 2 * 32 * (128 + 128) * 1000);
    expect(forward).toBe(weights + attention);
    expect(training).toBe(3 * forward);
    expect(meanContext(4096)).toBe(2048.5);
  });

  it('of latent attention: absorbing costs more per position', () => {
    const { architecture } = model('deepseek-v3');
    const attention = (form: 'plain' | 'absorbed') =>
      flopsPerToken(architecture, { context: 1, form }).attention;
    expect(attention('plain')).toBe(61 * 2 * 128 * (192 + 128));
    expect(attention('absorbed')).toBe(61 * 2 * 128 * (576 + 512));
  });

  it('stop growing behind a window', () => {
    const { architecture } = model('gpt-oss-20b');
    const at = (context: number) => flopsPerToken(architecture, { context }).attention;
    expect(at(1128) - at(128)).toBe(12 * 2 * 64 * 128 * 1000);
  });
});

describe('all-to-all', () => {
  it('expects the devices that random experts lie on', () => {
    expect(expectedDevices(8, 1, 8)).toBeCloseTo(1);
    expect(expectedDevices(8, 8, 4)).toBeCloseTo(4);
    // Two of four experts on two devices: together in 2 of 6 pairs.
    expect(expectedDevices(4, 2, 2)).toBeCloseTo(2 - 2 / 6);
    expect(expectedDevices(4, 2, 2, 2)).toBeCloseTo(2 - 2 / 6);
  });

  it('expects fewer devices than the limit allows', () => {
    // 4 (1 − C(96, 8) / C(128, 8)), as an exact fraction.
    expect(expectedDevices(256, 8, 8, 4)).toBeCloseTo(3.6290109244257005, 12);
    expect(expectedDevices(160, 6, 8, 3)).toBeCloseTo(2.7699909675362626, 12);
    expect(expectedDevices(64, 8, 8, 1)).toBe(1);
    // Three of eight experts on two of four devices, all 6 · 4 choices counted.
    const choices = [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3]
        .filter((b) => b > a)
        .flatMap((b) => {
          const pool = [2 * a, 2 * a + 1, 2 * b, 2 * b + 1];
          return pool.map((left) => pool.filter((expert) => expert !== left));
        }),
    );
    const used = choices.map((chosen) => new Set(chosen.map((e) => Math.floor(e / 2))).size);
    const mean = used.reduce((sum, count) => sum + count, 0) / used.length;
    expect(expectedDevices(8, 3, 4, 2)).toBeCloseTo(mean, 12);
  });

  it('says what cannot be', () => {
    expect(() => expectedDevices(10, 2, 4)).toThrow('10 experts do not divide among 4 devices');
    expect(() => expectedDevices(16, 5, 8, 2)).toThrow(
      '2 of 8 devices hold 4 experts, fewer than topK 5',
    );
  });

  it('is a little less than what groups chosen by their scores come to', async () => {
    // DeepSeek-V3's rule on independent scores: NumPy has 3.954 from 40,000 tokens.
    const limited = groupLimited(sigmoid, { groups: 8, limit: 4, score: 'sum' });
    const { mask } = limited.route({
      x: normal<tf.Rank.R2>([400, 256], 1, 1, 'x'),
      params: { 'router.weight': tf.eye(256) },
      topK: 8,
    });
    const devices = tf.sum(tf.max(tf.reshape(mask, [400, 8, 32]), 2), 1);
    const mean = (await tf.mean(devices).data())[0];
    expect(mean).toBeGreaterThan(3.92);
    expect(mean).toBeLessThan(3.98);
    expect(expectedDevices(256, 8, 8, 4)).toBeLessThan(mean);
  });

  it('sends k copies there and back, but for those that stay', () => {
    const { architecture } = model('deepseek-v3');
    const bytes = allToAllBytesPerToken(architecture, {
      devices: 64,
      bytes: { dispatch: 1, combine: 2 },
    });
    expect(bytes).toBeCloseTo(58 * 8 * (63 / 64) * 7168 * 3);
    const limited = allToAllBytesPerToken(architecture, {
      devices: 8,
      deviceLimit: 4,
      oncePerDevice: true,
    });
    expect(limited).toBeCloseTo(58 * expectedDevices(256, 8, 8, 4) * (7 / 8) * 7168 * 4);
    expect(() => allToAllBytesPerToken(architecture, { devices: 7 })).toThrow(
      '256 experts do not divide among 7 devices',
    );
  });
});

describe('our own models', () => {
  const config: transformer.TransformerConfig = {
    vocabulary: 7,
    dim: 8,
    layers: 3,
    firstDense: 1,
    hidden: 6,
    attention: {
      kind: 'latent',
      heads: 2,
      headWidth: 4,
      keyValueRank: 5,
      queryRank: 6,
      rotaryWidth: 2,
    },
    moe: { experts: 4, topK: 2, hidden: 3, shared: 1, router: sigmoid },
  };
  const grouped: transformer.TransformerConfig = {
    ...config,
    firstDense: 0,
    sparseEvery: 2,
    tied: true,
    attention: { kind: 'heads', heads: 4, keyValueHeads: 2, headWidth: 6, queryKeyNorm: true },
    moe: { experts: 4, topK: 1, hidden: 3, kind: 'relu', router: noisy },
  };

  const bare: transformer.TransformerConfig = {
    ...config,
    attention: {
      kind: 'latent',
      heads: 2,
      headWidth: 4,
      valueWidth: 6,
      keyValueRank: 5,
      norm: false,
    },
  };

  for (const [name, own, kind] of [
    ['latent, shared expert', config, 'sequential'],
    ['latent without norms and positions', bare, 'parallel'],
    ['grouped, tied, ReLU experts, noisy router', grouped, 'parallel'],
    ...[...routers.all, soft(3)].map((router) => {
      const moe = { ...config.moe!, topK: 1, router };
      return [`routed by ${router.label}`, { ...config, moe }, 'sequential'] as const;
    }),
  ] as const)
    it(`are counted as they are built: ${name}`, () => {
      const extra = { kind, depths: 2 };
      const size = (params: Record<string, tf.Tensor>) =>
        Object.values(params).reduce((sum, { size: elements }) => sum + elements, 0);
      const count = countParameters(describeModel(own, extra));
      expect(count.total).toBe(size(transformer.init(own, 0)));
      expect(count.predictors).toBe(size(multiToken.init(own, extra, 0)));
      const layers = own === grouped ? 1 : 2;
      const expert = own !== grouped ? 3 * 8 * 3 : 2 * 8 * 3 + 3 + 8;
      const idle = 4 - own.moe!.topK;
      expect(count.total - count.active).toBe(layers * idle * expert);
    });

  it('cache as many bytes as the formula says', () => {
    for (const own of [config, bare, grouped]) {
      const architecture = describeModel(own);
      const { blocks } = transformer.forward(
        transformer.init(own, 0),
        tf.tensor1d([1, 2, 3, 4, 5], 'int32'),
        own,
        { evaluating: true },
      );
      const bytes = blocks.reduce((sum, { cache }) => sum + cacheBytes(cache), 0);
      expect(bytes).toBe(cacheBytesOf(architecture, 5, 4));
      expect(elementsPerToken(architecture.layers[0].attention)).toBe(
        new Map([
          [config, 7],
          [bare, 5],
          [grouped, 24],
        ]).get(own),
      );
    }
  });
});

describe('a configuration that cannot be read', () => {
  const good = model('deepseek-v3').config as Record<string, unknown>;
  const without = (field: string) => ({ ...good, [field]: undefined });

  it.each([
    [null, 'The configuration must be a JSON object with fields; it is null.'],
    [{}, 'The configuration has no "model_type"'],
    [{ ...good, model_type: 'llama' }, `known are ${knownFamilies.join(', ')}`],
    [{ ...good, model_type: 'toString' }, 'Models of type "toString" are not known'],
    [without('kv_lora_rank'), 'has no "kv_lora_rank"; it must be a whole number of at least 1'],
    [without('n_routed_experts'), 'has no "n_routed_experts"'],
    [{ ...good, hidden_size: '7168' }, '"hidden_size" of the configuration must be a whole number'],
    [{ ...good, num_experts_per_tok: 300 }, '"num_experts_per_tok" (300)'],
    [
      { ...(model('mixtral-8x7b').config as object), num_key_value_heads: 5 },
      'must be a multiple of',
    ],
    [
      { ...(model('llama-4-scout').config as object), text_config: { hidden_size: 5120 } },
      '"text_config" of the configuration has no "num_hidden_layers"',
    ],
    [
      { ...(model('qwen3-30b').config as object), mlp_only_layers: 'none' },
      '"mlp_only_layers" of the configuration must be a list',
    ],
    [
      { ...(model('qwen3-30b').config as object), mlp_only_layers: [0, 48] },
      'lists layers from 0 to 47, not 48',
    ],
    [
      { ...(model('gpt-oss-20b').config as object), layer_types: ['full_attention'] },
      '"layer_types" of the configuration must have one entry for each of 24 layers; it has 1.',
    ],
    [
      { ...(model('gpt-oss-20b').config as object), layer_types: Array(24).fill('chunked') },
      'lists "sliding_attention" or "full_attention" for each layer, not "chunked"',
    ],
    [{ ...good, model_type: 5 }, '"model_type" of the configuration must be a text; it is 5.'],
    [
      { model_type: 'gemma', text_config: { model_type: 'gemma_text' } },
      'Models of type "gemma_text" are not known',
    ],
  ])('is refused in a sentence: %#', (config, sentence) => {
    expect(() => readConfig(config)).toThrow(sentence);
  });

  // Every number of every released configuration, one after another.
  const numbers = released.flatMap(({ name, config }) =>
    numbersIn(config as Record<string, unknown>).map((path) => [name, path] as const),
  );

  it('has numbers to try', () => expect(numbers.length).toBeGreaterThan(200));

  it.each([2 ** 33, 3e6, 1e300, Number.POSITIVE_INFINITY, -1, 0.5])(
    'by %d in place of any number: counted or refused in a sentence',
    (value) => {
      for (const [name, path] of numbers) {
        const config = structuredClone(model(name).config) as Record<string, unknown>;
        const field = path.at(-1)!;
        let inside = config;
        for (const step of path.slice(0, -1)) inside = inside[step] as Record<string, unknown>;
        inside[field] = value;
        try {
          const architecture = readConfig(config);
          expect(Number.isFinite(countParameters(architecture).total), `${name}, ${path}`).toBe(
            true,
          );
          expect(architecture.layers.length).toBeLessThanOrEqual(10_000);
        } catch (error) {
          expect((error as Error).constructor, `${name}, ${path}`).toBe(Error);
          expect((error as Error).message, name).toContain(`"${field}"`);
        }
      }
    },
  );

  it.each(['num_hidden_layers', 'num_nextn_predict_layers'])(
    'by far too many layers: %s',
    (field) => {
      for (const value of [2 ** 33, 3e6])
        expect(() => readConfig({ ...good, [field]: value })).toThrow(
          new RegExp(
            `"${field}" of the configuration must be a whole number from [01] to [\\d,]+; it is ${value}`,
          ),
        );
    },
  );
});
