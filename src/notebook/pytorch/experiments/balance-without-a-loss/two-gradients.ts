import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import { clusters } from './shared/clusters';
import program from './two-gradients.py?raw';

export default {
  program,
  compares: 'loss',
  fill() {
    const { flags, includes } = mixtureOf('softmax-top-k', 'switch');
    return {
      flags,
      includes: { ...includes, data: partOf('tasks', 'clusters') },
      constants: clusters,
    };
  },
} satisfies Writer as Writer;
