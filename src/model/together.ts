import * as tf from '../tensor/tf';
import type { Balancer } from './types';

export interface Part {
  balancer: Balancer;
  /** Of its loss, beside the common strength; 1 unless said. A scalar may change while training. */
  weight?: number | tf.Scalar;
}

/**
 * Several balancers as one: their losses, each times its weight, are added, and the one of them
 * that moves a selection bias goes on moving it. DeepSeek-V2 has three losses at once (deepseekv2,
 * §2.2.3), DeepSeek-V3 a bias and a slight loss (deepseekv3, §2.1.2). Throws if two want to move
 * the bias.
 */
export function together(parts: readonly Part[]): Balancer {
  const balancers = parts.map(({ balancer }) => balancer);
  const movers = balancers.filter(({ update }) => update);
  if (movers.length > 1)
    throw new Error(
      `There is one selection bias, and ${movers.map(({ name }) => `"${name}"`).join(' and ')} would each move it: choose one.`,
    );
  const priced = parts.filter(({ balancer }) => balancer.loss);
  const needs = [...new Set(balancers.flatMap((balancer) => balancer.needs ?? []))];
  return {
    name: balancers.map(({ name }) => name).join(' + '),
    label: balancers.map(({ label }) => label).join(' + '),
    source: balancers[0]?.source ?? 'shazeer2017',
    ...(needs.length && { needs }),
    ...(movers[0] && { update: movers[0].update }),
    ...(priced.length && {
      loss: (routing, topK, context) =>
        tf.addN(
          priced.map(({ balancer, weight = 1 }) =>
            tf.mul(balancer.loss!(routing, topK, context), weight),
          ),
        ) as tf.Scalar,
      extremes(experts, context) {
        const all = { even: 0, collapsed: 0 };
        for (const { balancer, weight = 1 } of priced) {
          if (typeof weight !== 'number')
            throw new Error(`The weight of "${balancer.name}" changes: so do the extremes.`);
          const own = balancer.extremes?.(experts, context) ?? { even: 1, collapsed: experts };
          all.even += weight * own.even;
          all.collapsed += weight * own.collapsed;
        }
        return all;
      },
    }),
  };
}

/** A selection bias that nobody moves but the reader: whatever the layer is given, it keeps. */
export const byHand: Balancer = {
  name: 'by-hand',
  label: 'selection bias, by hand',
  source: 'wang2024',
  update: (bias) => tf.clone(bias),
};
