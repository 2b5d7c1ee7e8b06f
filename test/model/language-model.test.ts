import { describe, expect, it } from 'vitest';
import { speculativeModels } from '../../src/model/decoding/language-model';
import { probabilities } from '../../src/model/decoding/sampling';
import { generate } from '../../src/model/decoding/speculative';
import * as multiToken from '../../src/model/networks/multi-token';
import * as transformer from '../../src/model/networks/transformer';
import sigmoid from '../../src/model/routers/sigmoid-normalised';
import type { Router } from '../../src/model/types';
import { uniforms } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { backend, expectNoLeaks, useBackend } from './backend';

useBackend();

const config: transformer.TransformerConfig = {
  vocabulary: 5,
  dim: 8,
  layers: 1,
  hidden: 6,
  attention: { kind: 'heads', heads: 2, rotaryBase: 100 },
  moe: { experts: 3, topK: 1, hidden: 4, shared: 1, router: sigmoid },
};
const TEXT = [3, 1, 4, 0, 2, 2, 1];

describe('our transformer decoding by its own drafts', () => {
  for (const kind of ['sequential', 'parallel'] as const)
    it(`asks the ${kind} modules what they learned to say`, async () => {
      const extra = { kind, depths: 2 };
      const params = { ...transformer.init(config, 1), ...multiToken.init(config, extra, 1) };
      const models = speculativeModels({ params, config, extra });

      // As in training: the text but its last token is read, every depth predicts the last.
      const ids = tf.tensor2d([TEXT], undefined, 'int32');
      const inputs = multiToken.window(ids, 0, TEXT.length - 1);
      const out = transformer.forward(params, inputs, config);
      const ahead = multiToken.forward(params, out.hidden, ids, config, extra);
      const lastOf = async (logits: tf.Tensor2D) =>
        probabilities(((await logits.array()) as number[][]).at(-1)!);

      const known = TEXT.slice(0, -1);
      const close = (got: ArrayLike<number>, want: Float64Array) => {
        for (const [i, p] of want.entries()) expect(got[i]).toBeCloseTo(p, 5);
      };
      close((await models.target(known, 2))[1], await lastOf(out.logits));
      close(await models.draft(known, 0), await lastOf(ahead[0].logits));
      close(await models.draft(known, 1), await lastOf(ahead[1].logits));
    });

  // In Node only: what it does is not a kernel's, and its own shapes take long to compile.
  it.runIf(backend === 'cpu')('writes what it is asked for and leaves nothing behind', async () => {
    const extra = { kind: 'sequential', depths: 1 } as const;
    const params = { ...transformer.init(config, 2), ...multiToken.init(config, extra, 2) };
    const models = speculativeModels({ params, config, extra, sampling: { topK: 3 } });
    await expectNoLeaks(async () => {
      const { tokens, drafted, passes } = await generate(models, [1, 2], {
        count: 5,
        drafts: 1,
        next: uniforms(1, 'text'),
      });
      expect(tokens).toHaveLength(7);
      expect(drafted).toBe(passes);
    });
  });

  // In Node only: what it does is not a kernel's, and its own shapes take long to compile.
  it.runIf(backend === 'cpu').each(['heads', 'latent, absorbed', 'latent, turned'])(
    'says the same from what it keeps as from reading all again: %s',
    async (kind) => {
      const attention = {
        kind: 'latent',
        ...{ heads: 2, headWidth: 4, keyValueRank: 5, rotaryWidth: 2, rotaryBase: 100 },
        rotateContent: kind.endsWith('turned'),
      } as const;
      const own = kind === 'heads' ? config : { ...config, attention };
      const extra = { kind: 'sequential', depths: 2 } as const;
      const params = { ...transformer.init(own, 3), ...multiToken.init(own, extra, 3) };
      const form = kind.endsWith('absorbed') ? 'absorbed' : 'plain';
      const keeping = speculativeModels({ params, config: own, extra, form });
      // Texts as a decoder asks for them: prompt and drafts, one accepted, none, all; another text.
      for (const [text, drafts] of [
        [[3, 1, 4, 2, 0], 2],
        [[3, 1, 4, 2, 1, 1], 1],
        [[3, 1, 4, 0, 1, 2], 2],
        [[3, 1, 4, 0, 1, 2, 3, 3, 3], 2],
        [[2, 1, 4, 0], 1],
      ] as [number[], number][]) {
        const afresh = speculativeModels({ params, config: own, extra });
        const same = (got: ArrayLike<number>, want: ArrayLike<number>) => {
          for (let i = 0; i < 5; i++) expect(got[i]).toBeCloseTo(want[i], 5);
        };
        for (let place = 0; place < drafts; place++) {
          const soFar = text.slice(0, text.length - drafts + place);
          same(await keeping.draft(soFar, place), await afresh.draft(soFar, place));
        }
        const [got, want] = [await keeping.target(text, drafts + 1), await plainly(text)];
        for (let i = 0; i <= drafts; i++) same(got[i], want[want.length - drafts - 1 + i]);
        afresh.dispose();
      }
      keeping.dispose();

      async function plainly(text: number[]) {
        const { logits } = transformer.forward(params, tf.tensor1d(text, 'int32'), own);
        return ((await logits.array()) as number[][]).map((row) => probabilities(row));
      }
    },
  );

  // In Node only: what it does is not a kernel's, and its own shapes take long to compile.
  it.runIf(backend === 'cpu')('reads a token once, and drafts from the states it has', async () => {
    let read: number[] = [];
    const router: Router = {
      ...sigmoid,
      route(input) {
        read.push(input.x.shape[0]);
        return sigmoid.route(input);
      },
    };
    const own = { ...config, moe: { ...config.moe!, router } };
    const extra = { kind: 'sequential', depths: 1 } as const;
    const params = { ...transformer.init(own, 2), ...multiToken.init(own, extra, 2) };
    const models = speculativeModels({ params, config: own, extra });
    const drafted = await models.draft([3, 1, 4, 0, 2], 0);
    expect(read).toEqual([4, 4]); // the model, then its module
    read = [];
    await models.target([3, 1, 4, 0, 2, 1], 2);
    expect(read).toEqual([2]); // the last confirmed token, and the draft
    read = [];
    await models.draft([3, 1, 4, 0, 2, 1, 1], 0); // accepted, and one more
    expect(read).toEqual([6]); // the module alone
    await models.draft([3, 1, 4, 0, 2, 4], 0); // rejected
    expect(read).toEqual([6, 5]);
    expect(drafted).toHaveLength(5);
    models.dispose();
  });

  it('lets go of what it keeps', async () => {
    const params = transformer.init(config, 1);
    const models = speculativeModels({ params, config });
    const before = tf.memory().numTensors;
    await models.target([1, 2, 3], 1);
    expect(tf.memory().numTensors).toBe(before + 3); // states, keys, values
    models.dispose();
    models.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says when it has too few modules or too short a text', async () => {
    const params = transformer.init(config, 1);
    await expect(speculativeModels({ params, config }).draft([1, 2], 0)).rejects.toThrow(
      'Draft 1 needs 1 multi-token modules; the model has 0.',
    );
    const extra = { kind: 'parallel', depths: 1 } as const;
    await expect(speculativeModels({ params, config, extra }).draft([1], 0)).rejects.toThrow(
      'the text has only 1',
    );
    await expect(speculativeModels({ params, config }).target([7], 1)).rejects.toThrow(
      'Token 7 is not in the vocabulary',
    );
  });
});
