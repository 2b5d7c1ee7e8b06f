import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './three-errors.py?raw';

export default {
  program,
  compares: 'losses',
  fill({ settings: { land } }) {
    if (land !== 'line')
      throw new Error('Only the mixtures on a line have been written in PyTorch yet.');
    return { includes: { data: partOf('tasks', 'regimes') } };
  },
} satisfies Writer as Writer;
