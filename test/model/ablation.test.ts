import { describe, expect, it } from 'vitest';
import {
  ablate,
  allBut,
  allOn,
  everyone,
  lossWithout,
  without,
} from '../../src/model/decomposition/ablation';
import { mostPairs } from '../../src/model/experts/chosen-only';
import * as experts from '../../src/model/experts/relu';
import * as swiglu from '../../src/model/experts/swiglu';
import * as sparseLayer from '../../src/model/layers/sparse-layer';
import { routers } from '../../src/model/registry';
import type { Routing } from '../../src/model/types';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const [TOKENS, DIM, EXPERTS] = [10, 4, 5];
const x = () => normal<tf.Rank.R2>([TOKENS, DIM], 1, 3, 'x');

/** By hand: three tokens, three experts, top-2 with gates that do not sum to 1. */
const routing = (): Routing => ({
  logits: tf.zeros([3, 3]),
  scores: tf.tensor2d([
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
    [0.1, 0.2, 0.7],
  ]),
  mask: tf.tensor2d([
    [1, 1, 0],
    [0, 1, 1],
    [0, 1, 1],
  ]),
  gates: tf.tensor2d([
    [0.6, 0.3, 0],
    [0, 0.5, 0.3],
    [0, 0.2, 0.7],
  ]),
});

describe('an expert switched off', () => {
  it('leaves a hole, or its tokens’ other gates grow into it', async () => {
    const keep = allBut(3, [1]);
    const plain = ablate(routing(), keep);
    await expectClose(
      plain.mask,
      [
        [1, 0, 0],
        [0, 0, 1],
        [0, 0, 1],
      ],
      0,
    );
    await expectClose(plain.gates, [
      [0.6, 0, 0],
      [0, 0, 0.3],
      [0, 0, 0.7],
    ]);
    const rescaled = ablate(routing(), keep, { rescale: true });
    await expectClose(rescaled.gates, [
      [0.9, 0, 0],
      [0, 0, 0.8],
      [0, 0, 0.9],
    ]);
  });

  it('gives nothing to a token that loses all of its experts', async () => {
    const { gates } = ablate(routing(), allBut(3, [1, 2]), { rescale: true });
    await expectClose(gates, [
      [0.9, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('can be switched back on without a trace', async () => {
    const before = routing();
    const { gates, mask } = ablate(before, allBut(3, []));
    await expectClose(gates, await before.gates.data(), 0);
    await expectClose(mask, await before.mask.data(), 0);
  });

  it('is one of those that there are', () => {
    expect(() => allBut(3, [3])).toThrow('There is no expert 3: 3 experts are numbered 0 to 2.');
  });

  it('costs each expert what the table says', async () => {
    const gatesSum = (r: Routing) => tf.sum(r.gates) as tf.Scalar;
    await expectClose(lossWithout(routing(), gatesSum), [2.6 - 0.6, 2.6 - 1, 2.6 - 1]);
  });
});

describe('tokens sent to the next best', () => {
  it.each(['softmax-top-k', 'sigmoid-normalised'])(
    'by %s: never to an expert that is off',
    async (name) => {
      const router = routers.get(name);
      const params = router.init(DIM, EXPERTS, 2);
      const keep = allBut(EXPERTS, [0, 3]);
      const input = { x: x(), params, topK: 2 };
      const { mask, scores, gates } = without(router, keep).route(input);
      const [rows, all] = await Promise.all([mask.array(), scores.array()]);
      rows.forEach((row, token) => {
        // The two best of those left, by sorting.
        const left = [1, 2, 4].sort((a, b) => all[token][b] - all[token][a]).slice(0, 2);
        expect(row).toEqual([0, 1, 2, 3, 4].map((e) => (left.includes(e) ? 1 : 0)));
      });
      // Raw scores weigh: barring leaves them as they are.
      await expectClose(scores, await router.route(input).scores.data(), 0);
      expect((await tf.min(gates).data())[0]).toBeGreaterThanOrEqual(0);
    },
  );

  it('keeps the bias of a balancer, and uses fewer experts if fewer are left', async () => {
    const router = routers.get('softmax-top-k');
    const params = router.init(DIM, EXPERTS, 2);
    const bias = tf.tensor1d([0, 10, 0, 0, 0]);
    const biased = without(router, allBut(EXPERTS, [0])).route({ x: x(), params, topK: 1, bias });
    await expectClose(tf.sum(biased.mask, 0), [0, TOKENS, 0, 0, 0], 0);
    const lone = without(router, allBut(EXPERTS, [0, 1, 2, 3]));
    const { mask } = lone.route({ x: x(), params, topK: 2 });
    await expectClose(tf.sum(mask, 0), [0, 0, 0, 0, TOKENS], 0);
  });

  it('needs a router that takes a bias', () => {
    expect(() => without(routers.get('hash'), allBut(EXPERTS, []))).toThrow(
      'Experts cannot be barred from "hash"',
    );
  });
});

describe('all experts on', () => {
  it('by score, alike, or in full', async () => {
    const all = [
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
    ];
    for (const weights of ['shares', 'scores', 'alike', 'sum'] as const)
      await expectClose(allOn(routing(), weights).mask, all, 0);
    await expectClose(allOn(routing(), 'scores').gates, await routing().scores.data(), 0);
    // Scores that do not sum to 1 count by their shares, together as much as the gates.
    const halved = { ...routing(), scores: tf.mul(routing().scores, 0.5) as tf.Tensor2D };
    await expectClose(allOn(halved, 'shares').gates, [
      [0.54, 0.27, 0.09],
      [0.16, 0.4, 0.24],
      [0.09, 0.18, 0.63],
    ]);
    await expectClose(allOn(routing(), 'alike').gates, [
      [0.3, 0.3, 0.3],
      [0.8 / 3, 0.8 / 3, 0.8 / 3],
      [0.3, 0.3, 0.3],
    ]);
    await expectClose(allOn(routing(), 'sum').gates, all, 0);
  });

  it('as a router, has room for all pairs in its layer', async () => {
    const router = everyone(routers.get('sigmoid-normalised'), 'shares');
    const layer = { dim: DIM, experts: EXPERTS, topK: 2, hidden: 3, router };
    expect(mostPairs(router, 2, [TOKENS, EXPERTS])).toBe(TOKENS * EXPERTS);
    const params = sparseLayer.init(layer, 4);
    const { y, routing } = sparseLayer.forward(params, x(), layer);
    await expectClose(tf.sum(routing.mask, 1), Array(TOKENS).fill(EXPERTS), 0);
    await expectClose(tf.sum(routing.gates, 1), Array(TOKENS).fill(1));
    await expectClose(y, await swiglu.everyExpert(params, x(), routing.gates).data());
  });

  it('in full is the layer with the sum of all experts', async () => {
    const config = { experts: 3, dim: DIM, hidden: 2, out: 1 };
    const params = experts.init(config, 4);
    const tokens = tf.slice(x(), [0, 0], [3, DIM]);
    const together = experts.forward(params, tokens, allOn(routing(), 'sum').gates);
    const alone = [0, 1, 2].map((expert) => {
      const only = tf.sub(1, allBut(3, [expert]));
      return experts.forward(params, tokens, tf.mul(tf.ones([3, 3]), only) as tf.Tensor2D);
    });
    await expectClose(together, await tf.addN(alone).data());
  });

  it('leaves no tensor behind', () =>
    expectNoLeaks(() => {
      tf.tidy(() => {
        lossWithout(routing(), (r) => tf.sum(allOn(r, 'alike').gates));
      });
    }));
});
