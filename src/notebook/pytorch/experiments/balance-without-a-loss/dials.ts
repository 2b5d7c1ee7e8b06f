import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './dials.py?raw';
import { clusters } from './shared/clusters';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { flags, includes } = mixtureOf('sigmoid-normalised', String(settings.balancer));
    return {
      flags: { ...flags, pushes: Number(settings.push) !== 0 },
      includes: { ...includes, data: partOf('tasks', 'clusters') },
      constants: clusters,
    };
  },
} satisfies Writer as Writer;
