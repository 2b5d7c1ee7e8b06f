import { numbers } from '../../../../model/experiments/types';
import type { Writer } from '../../types';
import program from './shared/cluster.py?raw';
import { clusterFor } from './shared/yard';

export default {
  program,
  compares: 'loss',
  fill(asked) {
    const placed = numbers(asked.inputs, 'placement');
    return clusterFor(asked, placed && [...placed.data]);
  },
} satisfies Writer as Writer;
