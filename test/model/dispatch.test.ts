import { describe, expect, it } from 'vitest';
import { keepByPriority } from '../../src/model/dispatch/priority-capacity';
import { throughSlots } from '../../src/model/dispatch/soft';
import * as swiglu from '../../src/model/experts/swiglu';
import { soft } from '../../src/model/routers/soft';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/experts.json';
import { expectClose, expectNoLeaks, useBackend } from './backend';
import { config } from './small-experts';

useBackend();

describe('soft MoE through ordinary experts', () => {
  it.each([1, 2])('each slot is answered by its own expert, %i per expert', async (slots) => {
    const router = soft(slots);
    const x = normal<tf.Rank.R2>([8, 4], 1, 2, 'x');
    const params = { ...router.init(4, 3, 1), ...swiglu.init(config, 2) };
    const routing = router.route({ x, params, topK: 1, sequenceLength: 4 });
    const answer = throughSlots(routing, x, (slot, gates) => swiglu.forward(params, slot, gates));
    expect(answer.shape).toEqual([8, 2]);

    // The same slot by slot, on the host's order of things.
    const { dispatch, combine } = routing.slots!;
    const perSequence = tf.reshape(x, [2, 4, 4]) as tf.Tensor3D;
    const mixed = tf.unstack(tf.matMul(dispatch, perSequence), 1) as tf.Tensor2D[]; // per slot [sequences, dim]
    const answers = mixed.map((slot, s) => {
      const own = [0, 1, 2].map((e) => Number(e === Math.floor(s / slots)));
      return swiglu.forward(params, slot, tf.tensor2d([own, own]));
    });
    const expected = tf.matMul(combine, tf.stack(answers, 1) as tf.Tensor3D);
    await expectClose(answer, Array.from(await expected.data()), 1e-5);
  });

  it('needs slots', () => {
    expect(() => throughSlots({ gates: tf.ones([2, 2]) }, tf.ones([2, 2]), (x) => x)).toThrow(
      'needs the slots',
    );
  });
});

describe('capacity by priority', () => {
  for (const { topK, factor, devices, scores, mask, kept } of reference.capacity)
    it(`keeps the best: topK ${topK}, factor ${factor}, ${devices} queues`, async () => {
      const result = keepByPriority(tf.tensor2d(mask), tf.tensor2d(scores), {
        topK,
        factor: tf.scalar(factor),
        devices,
      });
      await expectClose(result, kept, 0);
    });

  it('drops the later of two tokens that matter equally', async () => {
    const mask = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    const even = tf.fill<tf.Rank.R2>([4, 2], 0.5);
    const kept = keepByPriority(mask, even, { topK: 1, factor: 1 });
    await expectClose(
      kept,
      [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
      0,
    );
  });

  it('drops first what has no number for a priority, and nothing while there is room', async () => {
    const column = (values: number[]) => tf.tensor2d(values, [values.length, 1]);
    const keep = async (priority: number[], factor: number) => {
      const mask = column([1, 1, 0, 1, 1]);
      const kept = keepByPriority(mask, column(priority), { topK: 1, factor });
      return Array.from(await kept.data());
    };
    const odd = [Number.NaN, 0.1, 0.9, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(await keep(odd, 0.4)).toEqual([0, 1, 0, 1, 0]); // room for two of five
    expect(await keep(odd, 0.6)).toEqual([1, 1, 0, 1, 0]);
    expect(await keep(odd, 0.8)).toEqual([1, 1, 0, 1, 1]);
  });

  it('lets no gradient through, leaves nothing behind', async () => {
    const mask = tf.tensor2d([
      [1, 0],
      [1, 0],
    ]);
    const scores = tf.tensor2d([
      [0.6, 0.4],
      [0.7, 0.3],
    ]);
    const through = tf.grad((s: tf.Tensor) =>
      tf.add(
        tf.sum(keepByPriority(mask, s as tf.Tensor2D, { topK: 1, factor: 1 })),
        tf.mul(tf.sum(s), 0),
      ),
    )(scores);
    await expectClose(
      through,
      [
        [0, 0],
        [0, 0],
      ],
      0,
    );
    await expectNoLeaks(() => {
      tf.tidy(() => {
        keepByPriority(mask, scores, { topK: 1, factor: 1 });
      });
    });
  });

  it('refuses no room at all', () => {
    const mask = tf.ones<tf.Rank.R2>([4, 2]);
    expect(() => keepByPriority(mask, mask, { topK: 1, factor: 0 })).toThrow('leaves no room');
    expect(() => keepByPriority(mask, mask, { topK: 1, factor: Number.NaN })).toThrow(
      'leaves no room',
    );
    expect(() => keepByPriority(mask, mask, { topK: 1, factor: 1, devices: 3 })).toThrow('evenly');
  });
});
