import { describe, expect, it } from 'vitest';
import { routers } from '../../src/model/registry';
import { expertChoice } from '../../src/model/routers/expert-choice';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';
import { rows } from './router-parity';

useBackend();

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
