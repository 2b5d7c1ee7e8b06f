import { mixtureOf } from '../../members';
import type { Writer } from '../../types';
import program from './dice.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { flags, includes } = mixtureOf(String(settings.router), 'none');
    const { draws } = flags;
    return {
      flags: {
        ...flags,
        without_baseline: draws && settings.baseline !== true,
        with_baseline: draws && settings.baseline === true,
      },
      includes,
    };
  },
} satisfies Writer as Writer;
