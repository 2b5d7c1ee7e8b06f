import { afterEach, describe, expect, it, vi } from 'vitest';
import { routers } from '../../src/model/registry';
import type { Router, RouterInput } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();
afterEach(() => vi.restoreAllMocks());

const [TOKENS, DIM, EXPERTS] = [32, 6, 8];

/** Everything a router may ask for. */
function input(router: Router, topK: number, more: Partial<RouterInput> = {}): RouterInput {
  return {
    x: normal<tf.Rank.R2>([TOKENS, DIM], 1, 1, 'x'),
    params: router.init(DIM, EXPERTS, 0),
    topK,
    experts: EXPERTS,
    sequenceLength: 8,
    tokenIds: tf.tensor1d(
      Array.from({ length: TOKENS }, (_, t) => (t * 7) % 11),
      'int32',
    ),
    random: { seed: 4, counter: tf.scalar(9, 'int32') },
    ...more,
  };
}

/** The numbers of experts per token that the router does not refuse. */
const possible = (router: Router) =>
  [1, 2, 3].filter((topK) => !router.refusal?.({ experts: EXPERTS, topK, tokens: TOKENS }));

const rows = (tensor: tf.Tensor) => tensor.array() as Promise<number[][]>;
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe.each(routers.all)('router $name', (router) => {
  describe.each(possible(router))('with topK %i', (topK) => {
    it('gives logits, scores, mask and gates, each [tokens, experts]', () => {
      const { logits, scores, mask, gates } = router.route(input(router, topK));
      for (const tensor of [logits, scores, mask, gates])
        expect(tensor.shape).toEqual([TOKENS, EXPERTS]);
    });

    it('weighs exactly the experts it chose', async () => {
      const { mask, gates } = router.route(input(router, topK));
      const chosen = await rows(mask);
      expect(chosen.flat().every((entry) => entry === 0 || entry === 1)).toBe(true);
      const weighed = (await rows(gates)).map((row) => row.map((gate) => Number(gate > 0)));
      expect(weighed).toEqual(chosen);
    });

    it('gives each token as many experts as it says', async () => {
      const { mask } = router.route(input(router, topK));
      const chosen = await rows(mask);
      const perToken = chosen.map(sum);
      switch (router.perToken ?? 'topK') {
        case 'topK':
          expect(perToken).toEqual(Array(TOKENS).fill(topK));
          break;
        case 'average':
          expect(sum(perToken)).toBe(EXPERTS * Math.floor((TOKENS * topK) / EXPERTS));
          break;
        case 'all':
          expect(perToken).toEqual(Array(TOKENS).fill(EXPERTS));
          break;
        case 'any':
          expect(Math.max(...perToken)).toBeLessThanOrEqual(EXPERTS);
          expect(sum(perToken)).toBeGreaterThan(0);
      }
    });

    it('lets no gradient through the mask', async () => {
      const given = input(router, topK);
      const weights = normal<tf.Rank.R2>([TOKENS, EXPERTS], 1, 2, 'weights');
      const throughMask = tf.grad((x: tf.Tensor) => {
        const { mask } = router.route({ ...given, x: x as tf.Tensor2D });
        return tf.add(tf.sum(tf.mul(mask, weights)), tf.mul(tf.sum(x), 0));
      })(given.x);
      await expectClose(throughMask, Array(TOKENS * DIM).fill(0), 0);
    });

    it('routes the same again for the same seed', async () => {
      const once = router.route(input(router, topK));
      const again = router.route(input(router, topK));
      expect(await rows(again.gates)).toEqual(await rows(once.gates));
      expect(await rows(again.mask)).toEqual(await rows(once.mask));
    });

    it('stays finite for enormous inputs', async () => {
      const x = normal<tf.Rank.R2>([TOKENS, DIM], 1000, 1, 'x');
      const { gates } = router.route(input(router, topK, { x }));
      expect((await rows(gates)).flat().every(Number.isFinite)).toBe(true);
    });

    it('leaves no tensors behind and reads no values, gradient included', async () => {
      const given = input(router, topK);
      const reads = (['data', 'dataSync', 'array', 'arraySync', 'bytes'] as const).map((name) =>
        vi.spyOn(tf.Tensor.prototype, name),
      );
      await expectNoLeaks(() => {
        tf.tidy(() => {
          tf.grad((x: tf.Tensor) => {
            const { gates } = router.route({ ...given, x: x as tf.Tensor2D });
            return tf.add(tf.sum(tf.square(gates)), tf.mul(tf.sum(x), 0));
          })(given.x);
        });
      });
      for (const read of reads) expect(read).not.toHaveBeenCalled();
    });
  });

  it('starts from the same weights for the same seed, from others for another', async () => {
    for (const [name, weight] of Object.entries(router.init(DIM, EXPERTS, 3))) {
      const same = router.init(DIM, EXPERTS, 3)[name];
      expect(await same.array(), name).toEqual(await weight.array());
      const other = router.init(DIM, EXPERTS, 4)[name];
      expect(await other.array(), name).not.toEqual(await weight.array());
    }
  });

  it('sends a gradient to every weight, through the gates or the probability of the draw', async () => {
    // With one gate per token, dividing by the sum of gates leaves no gradient: take two.
    const topK = possible(router).includes(2) ? 2 : 1;
    const given = input(router, topK);
    const weights = normal<tf.Rank.R2>([TOKENS, EXPERTS], 1, 2, 'weights');
    for (const [name, weight] of Object.entries(given.params)) {
      const gradient = tf.grad((w: tf.Tensor) => {
        const routing = router.route({ ...given, params: { ...given.params, [name]: w } });
        const chance = routing.logProbability ? tf.sum(routing.logProbability) : tf.scalar(0);
        return tf.add(tf.sum(tf.mul(routing.gates, weights)), chance);
      })(weight);
      const size = (await tf.max(tf.abs(gradient)).data())[0];
      expect(size, name).toBeGreaterThan(1e-3);
    }
  });

  if (router.live?.includes('routeScale'))
    it('multiplies its gates by the live scale, and what comes back through them', async () => {
      const weights = normal<tf.Rank.R2>([TOKENS, EXPERTS], 1, 2, 'weights');
      const run = (live?: RouterInput['live']) => {
        const given = input(router, 2, { live });
        const { gates } = router.route(given);
        const gradient = tf.grad((x: tf.Tensor) =>
          tf.sum(tf.mul(router.route({ ...given, x: x as tf.Tensor2D }).gates, weights)),
        )(given.x);
        return [gates, gradient];
      };
      const plain = run();
      const scaled = run({ routeScale: tf.scalar(2.5) });
      for (const [i, tensor] of scaled.entries())
        await expectClose(tensor, await rows(tf.mul(plain[i], 2.5)), 1e-5);
    });

  it('has a gate that does not move, at one expert per token, where its comment says so', async () => {
    if (!possible(router).includes(1) || router.perToken) return;
    const constant = ['random', 'hash', 'reinforce']; // 1 / k, at any k
    const normalising = ['noisy-top-k', 'sigmoid-normalised', 'top-k-softmax'];
    const still = [...constant, ...normalising, 'softmax-top-k-renormalised'];
    const weights = normal<tf.Rank.R2>([TOKENS, EXPERTS], 1, 2, 'weights');
    const given = input(router, 1);
    const gradient = tf.grad((x: tf.Tensor) => {
      const { gates } = router.route({ ...given, x: x as tf.Tensor2D });
      return tf.add(tf.sum(tf.mul(gates, weights)), tf.mul(tf.sum(x), 0));
    })(given.x);
    const size = (await tf.max(tf.abs(gradient)).data())[0];
    if (still.includes(router.name)) expect(size).toBeLessThan(1e-6);
    else expect(size).toBeGreaterThan(1e-2);
  });

  if (router.takesBias !== false)
    it('leaves out experts that a bias of minus infinity bars, all else being finite', async () => {
      const topK = possible(router).includes(2) ? 2 : 1;
      const barred = [0, 3, 4];
      const bias = tf.tensor1d(
        Array.from({ length: EXPERTS }, (_, e) =>
          barred.includes(e) ? Number.NEGATIVE_INFINITY : 0.1 * e,
        ),
      );
      const given = input(router, topK, { bias });
      const { logits, scores, mask, gates, logProbability } = router.route(given);
      const chosen = await rows(mask);
      expect(chosen.every((row) => barred.every((e) => row[e] === 0))).toBe(true);
      expect(chosen.map(sum)).toEqual(Array(TOKENS).fill(topK));
      const through = tf.grad((x: tf.Tensor) => {
        const routing = router.route({ ...given, x: x as tf.Tensor2D });
        const chance = routing.logProbability ? tf.sum(routing.logProbability) : tf.scalar(0);
        return tf.add(tf.sum(tf.square(routing.gates)), chance);
      })(given.x);
      const all = [logits, scores, gates, through, ...(logProbability ? [logProbability] : [])];
      for (const tensor of all)
        expect(Array.from(await tensor.data()).every(Number.isFinite)).toBe(true);
    });

  if (router.takesBias !== false)
    it('is moved by the selection bias in its choice, never in its gates', async () => {
      const topK = possible(router).includes(2) ? 2 : 1;
      const plain = router.route(input(router, topK));
      // The same for all experts: the choice stays, so the gates have to stay.
      const even = router.route(input(router, topK, { bias: tf.fill<tf.Rank.R1>([EXPERTS], 0.5) }));
      expect(await rows(even.mask)).toEqual(await rows(plain.mask));
      await expectClose(even.gates, await rows(plain.gates), 1e-6);

      const forced = tf.tensor1d(Array.from({ length: EXPERTS }, (_, e) => (e === 3 ? 50 : 0)));
      const moved = router.route(input(router, topK, { bias: forced }));
      expect((await rows(moved.mask)).every((row) => row[3] === 1)).toBe(true);
      expect(Math.max(...(await rows(moved.gates)).flat())).toBeLessThanOrEqual(1 + 1e-6);

      const given = input(router, topK);
      const throughBias = tf.grad((bias: tf.Tensor) => {
        const { gates } = router.route({ ...given, bias: bias as tf.Tensor1D });
        return tf.add(tf.sum(tf.square(gates)), tf.mul(tf.sum(bias), 0));
      })(forced);
      await expectClose(throughBias, Array(EXPERTS).fill(0), 0);
    });
  else
    it('ignores the selection bias, as it says', async () => {
      const topK = possible(router)[0];
      const forced = tf.tensor1d(Array.from({ length: EXPERTS }, (_, e) => (e === 3 ? 50 : 0)));
      const plain = router.route(input(router, topK));
      const biased = router.route(input(router, topK, { bias: forced }));
      expect(await rows(biased.mask)).toEqual(await rows(plain.mask));
    });

  if (['topK', 'average'].includes(router.perToken ?? 'topK'))
    it('refuses more experts per token than there are, in words', () => {
      expect(() => router.route(input(router, EXPERTS + 1))).toThrow(/\w+ \w+ \w+/);
    });

  for (const need of router.needs ?? [])
    it(`says that it needs ${need}`, () => {
      expect(() => router.route(input(router, 1, { [need]: undefined }))).toThrow(/need/);
    });

  if (router.needs?.includes('random') && router.name !== 'hash')
    // whose table stays
    it('draws anew in the next step', async () => {
      const masks = [9, 10].map((step) => {
        const random = { seed: 4, counter: tf.scalar(step, 'int32') };
        return router.route(input(router, 1, { random })).mask;
      });
      expect(await rows(masks[0])).not.toEqual(await rows(masks[1]));
    });
});
