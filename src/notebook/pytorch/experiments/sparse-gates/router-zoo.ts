import { mixtureOf } from '../../members';
import type { Writer } from '../../types';
import program from './router-zoo.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { contestant, experts, expertHidden, topK } = settings;
    const mixture = contestant === 'mixture';
    const { flags, includes } = mixtureOf(String(settings.router), String(settings.balancer));
    const of = (flag: string) => mixture && flags[flag];
    const copies = contestant === 'dense-total' ? Number(experts) : Number(topK);
    return {
      flags: {
        ...flags,
        mixture,
        dense: !mixture,
        learns_to_route: !flags.without_weights,
        plain: mixture && !flags.by_identity,
        by_identity: of('by_identity'),
        slots: of('slots'),
        gates: mixture && !flags.slots,
        draws: of('draws'),
        balances: of('balances'),
      },
      includes,
      given: { units: copies * Number(expertHidden) },
    };
  },
} satisfies Writer as Writer;
