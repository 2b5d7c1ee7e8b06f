/**
 * Sparse upcycling: every expert starts as a copy of one trained dense layer and a new router
 * chooses among the copies. komatsuzaki2022, §3. With gates that sum to 1 the new layer computes
 * exactly what the old one did; with others (softmax, top k, not renormalised) it starts scaled.
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';

/** Along which axis experts lie side by side in each parameter (experts/relu.ts, swiglu.ts). */
const EXPERT_AXIS: Record<string, 0 | 1> = {
  'experts.w1': 1,
  'experts.w3': 1,
  'experts.b1': 0,
  'experts.w2': 0,
  'experts.b2': 0,
};

/** Parameters of a layer with one expert (a dense layer) → those of `experts` copies of it. */
export function upcycle(dense: Params, experts: number): Params {
  if (!(Number.isInteger(experts) && experts >= 1))
    throw new Error(`A layer is copied to a whole number of experts, 1 or more; not ${experts}.`);
  return Object.fromEntries(
    Object.entries(dense).map(([name, value]) => {
      const axis = EXPERT_AXIS[name];
      if (axis === undefined)
        throw new Error(
          `Upcycling copies the parameters of one expert (${Object.keys(EXPERT_AXIS).join(', ')}); "${name}" is none of them.`,
        );
      const times = value.shape.map((_, i) => (i === axis ? experts : 1));
      return [name, tf.tile(value, times)];
    }),
  );
}

/**
 * The reverse of upcycling for layers that went different ways: layers with one expert each →
 * one layer with all of them as experts, in order.
 */
export function joinExperts(layers: Params[]): Params {
  return Object.fromEntries(
    Object.keys(layers[0]).map((name) => {
      const axis = EXPERT_AXIS[name];
      if (axis === undefined)
        throw new Error(`"${name}" is not a parameter of experts and cannot be laid side by side.`);
      return [
        name,
        tf.concat(
          layers.map((layer) => layer[name]),
          axis,
        ),
      ];
    }),
  );
}
