import { describe, expect, it } from 'vitest';
import { keepWithinCapacity } from '../../src/model/dispatch/capacity';
import { keepByPriority } from '../../src/model/dispatch/priority-capacity';
import { fits } from '../../src/model/dispatch/room';
import * as tf from '../../src/tensor/tf';
import { expectClose, useBackend } from './backend';

useBackend();

const multiples = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

/** Exactly, in whole numbers: the factor in hundredths. */
const roomFor = (tokens: number, topK: number, experts: number, hundredths: number) =>
  Math.floor((tokens * topK * hundredths) / (100 * experts));

/** The last place that there is room for fits, and the next does not: one call for all. */
async function expectRoom(
  batches: number[],
  topK: number,
  experts: number,
  hundredths: number[],
): Promise<void> {
  const settings = batches.flatMap((tokens) => hundredths.map((h) => ({ tokens, h })));
  for (const beyond of [0, 1]) {
    const found = tf.tidy(() =>
      tf.concat1d(
        batches.map((tokens) => {
          const places = hundredths.map((h) => roomFor(tokens, topK, experts, h) + beyond);
          const factor = tf.tensor1d(hundredths.map((h) => h / 100));
          const room = { assignments: tokens * topK, holders: experts, factor };
          return fits(tf.tensor1d(places), room) as tf.Tensor1D;
        }),
      ),
    );
    const wrong = (await found.data()).indexOf(beyond);
    found.dispose();
    const { tokens, h } = settings[wrong] ?? {};
    expect(wrong, `${tokens} tokens, k ${topK}, E ${experts}, factor ${h / 100}`).toBe(-1);
  }
}

describe('room for assignments', () => {
  const batches = multiples(16, 1024, 16);
  it.each(multiples(2, 16, 1))(
    'is exact for every setting of the lab with %i experts',
    async (experts) => {
      for (const topK of multiples(1, Math.min(8, experts), 1))
        await expectRoom(batches, topK, experts, multiples(25, 800, 25));
    },
  );

  it('is exact for factors in hundredths, which single precision cannot hold', async () => {
    for (const experts of [3, 5, 7, 10, 11, 160])
      await expectRoom([30, 77, 128, 512, 1000], 3, experts, multiples(1, 300, 1));
  });

  it.each(['in turn', 'by priority'])(
    'is whole where its quotient falls short, %s',
    async (kind) => {
      // 1.4 · 30 / 7 = 6, and all thirty want the first expert.
      const mask = tf.tensor2d(Array.from({ length: 30 }, () => [1, 0, 0, 0, 0, 0, 0]));
      const factor = tf.scalar(1.4);
      const kept =
        kind === 'in turn'
          ? keepWithinCapacity(mask, 1, factor)
          : keepByPriority(mask, mask, { topK: 1, factor });
      await expectClose(tf.sum(kept), 6, 0);
    },
  );
});
