import * as tf from '../../tensor/tf';
import type { Routing } from '../types';

/**
 * Soft MoE's layer around any experts: each slot gets its mixture of the sequence's tokens, its
 * expert answers, each token gets its mixture of the answers. puigcerver2023, §2.1.
 *
 * `answer` is an ordinary layer of experts, [tokens, dim] and gates [tokens, experts] →
 * [tokens, out]: a slot is a token whose gate is 1 at the slot's own expert.
 * x [tokens, dim] → [tokens, out].
 */
export function throughSlots(
  { slots, gates }: Pick<Routing, 'slots' | 'gates'>,
  x: tf.Tensor2D,
  answer: (x: tf.Tensor2D, gates: tf.Tensor2D) => tf.Tensor2D,
): tf.Tensor2D {
  if (!slots) throw new Error('throughSlots needs the slots of the soft router; there are none.');
  const [sequences, count, length] = slots.dispatch.shape;
  const [tokens, dim] = x.shape;
  const experts = gates.shape[1];
  const perSequence: tf.Tensor3D = tf.reshape(x, [sequences, length, dim]);
  const mixed = tf.reshape(tf.matMul(slots.dispatch, perSequence), [sequences * count, dim]);
  const own = ownExpert(sequences, count, experts); // [sequences · slots, experts]
  const answers = answer(mixed as tf.Tensor2D, own);
  const perSlot: tf.Tensor3D = tf.reshape(answers, [sequences, count, -1]);
  return tf.reshape(tf.matMul(slots.combine, perSlot), [tokens, -1]);
}

/** 1 where the slot belongs to the expert: the slots of an expert lie together. */
function ownExpert(sequences: number, slots: number, experts: number): tf.Tensor2D {
  const values = new Float32Array(sequences * slots * experts);
  for (let row = 0; row < sequences * slots; row++)
    values[row * experts + Math.floor(((row % slots) * experts) / slots)] = 1;
  return tf.tensor2d(values, [sequences * slots, experts]);
}
