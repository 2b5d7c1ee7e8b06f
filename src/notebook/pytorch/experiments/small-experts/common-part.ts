import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './common-part.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { flags, includes } = mixtureOf('sigmoid-normalised', 'bias');
    return {
      flags: {
        ...flags,
        in_domains: false,
        in_common: Number(settings.inCommon) > 0,
        shares: Number(settings.sharedSlices) > 0,
      },
      includes: { ...includes, data: partOf('tasks', 'parts') },
      constants: { kinds: 16, perToken: 1, biasRate: 0.003 },
    };
  },
} satisfies Writer as Writer;
