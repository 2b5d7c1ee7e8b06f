import { mixtureOf } from '../../members';
import type { Writer } from '../../types';
import program from './negation.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { flags, includes } = mixtureOf('softmax-top-k-renormalised', 'switch');
    return { flags: { ...flags, sparse: settings.sparse !== 'none' }, includes };
  },
} satisfies Writer as Writer;
