import type { Writer } from '../../types';
import program from './shared/cluster.py?raw';
import { clusterFor } from './shared/yard';

export default {
  program,
  compares: 'loss',
  fill: (asked) => clusterFor(asked),
} satisfies Writer as Writer;
