import type { Writer } from '../../types';
import program from './crowd.py?raw';
import { rowsFor } from './shared/rows';

export default {
  program,
  compares: 'loss',
  fill({ settings, inputs }) {
    const { ensemble } = settings;
    return {
      ...rowsFor('noisy-curve', inputs),
      flags: {
        averaging: ensemble === 'averaging',
        bagging: ensemble === 'bagging',
        correlated: ensemble === 'negative-correlation',
      },
    };
  },
} satisfies Writer as Writer;
