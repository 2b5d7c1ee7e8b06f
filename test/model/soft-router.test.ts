import { describe, expect, it } from 'vitest';
import { soft } from '../../src/model/routers/soft';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/routers.json';
import { expectClose, useBackend } from './backend';
import { rows } from './router-parity';

useBackend();

describe('soft MoE', () => {
  const { slotsPerExpert, sequenceLength, maps, weight, onOutput } = reference.soft;
  const router = soft(slotsPerExpert);
  const experts = maps.length;

  /** Slots → their experts' answers → tokens; each expert is tanh of a linear map. */
  function output(x: tf.Tensor, slotWeight: tf.Tensor): tf.Tensor {
    const { slots } = router.route({
      x: x as tf.Tensor2D,
      params: { 'router.weight': slotWeight },
      topK: 1,
      sequenceLength,
    });
    const perSequence = tf.reshape(x, [-1, sequenceLength, x.shape[1]!]);
    const sequences = perSequence.shape[0];
    const mixed = tf.reshape(tf.matMul(slots!.dispatch, perSequence as tf.Tensor3D), [
      sequences,
      experts,
      slotsPerExpert,
      x.shape[1]!,
    ]);
    const answers = tf.stack(
      maps.map((map, e) =>
        tf.tanh(
          tf.reshape(
            tf.matMul(
              tf.reshape(tf.slice(mixed, [0, e, 0, 0], [sequences, 1, slotsPerExpert, -1]), [
                -1,
                x.shape[1]!,
              ]),
              tf.tensor2d(map),
            ),
            [sequences, slotsPerExpert, map[0].length],
          ),
        ),
      ),
      1,
    );
    const all = tf.reshape(answers, [sequences, experts * slotsPerExpert, -1]) as tf.Tensor3D;
    return tf.reshape(tf.matMul(slots!.combine, all), [x.shape[0], -1]);
  }

  it('output, gates and gradients equal PyTorch', async () => {
    const [x, w] = [tf.tensor2d(reference.x), tf.tensor2d(weight)];
    await expectClose(output(x, w), reference.soft.output, 5e-6);
    const input = { x, params: { 'router.weight': w }, topK: 1, sequenceLength };
    const routing = router.route(input);
    await expectClose(routing.gates, reference.soft.gates, 5e-6);
    await expectClose(tf.softmax(routing.logits), reference.soft.gates, 5e-6);
    const [gradX, gradWeight] = tf.grads((x: tf.Tensor, w: tf.Tensor) =>
      tf.sum(tf.mul(output(x, w), tf.tensor2d(onOutput))),
    )([x, w]);
    await expectClose(gradX, reference.soft.gradX, 2e-5);
    await expectClose(gradWeight, reference.soft.gradWeight, 2e-5);
  });

  it('keeps sequences apart', async () => {
    const w = tf.tensor2d(weight);
    const before = await rows(output(tf.tensor2d(reference.x), w));
    const changed = reference.x.map((row, t) =>
      t >= sequenceLength ? row.map((v) => v + 1) : row,
    );
    const after = await rows(output(tf.tensor2d(changed), w));
    expect(after.slice(0, sequenceLength)).toEqual(before.slice(0, sequenceLength));
    expect(after.slice(sequenceLength)).not.toEqual(before.slice(sequenceLength));
  });

  it('refuses half slots and broken sequences', () => {
    expect(() => soft(0)).toThrow('one slot or more');
    expect(() =>
      router.route({
        x: tf.zeros([10, 5]),
        params: { 'router.weight': tf.tensor2d(weight) },
        topK: 1,
        sequenceLength: 4,
      }),
    ).toThrow('10 tokens are not whole sequences of 4');
  });
});
