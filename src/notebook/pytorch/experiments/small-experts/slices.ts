import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './slices.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { chosen, needs, slices, routerPaid, gateSum } = settings;
    const { flags, includes } = mixtureOf('softmax-top-k-renormalised', 'switch');
    const more = chosen === 'more';
    return {
      flags: {
        ...flags,
        in_domains: false,
        more,
        paid: Boolean(routerPaid) && !more,
        cut: !routerPaid && !more,
        by_hand: chosen === 'hand',
        together: chosen === 'together' && Number(slices) > 1,
        sum_k: gateSum === 'k',
        in_common: false,
      },
      includes: { ...includes, data: partOf('tasks', 'parts') },
      constants: { kinds: 8, perToken: Number(needs) },
    };
  },
} satisfies Writer as Writer;
