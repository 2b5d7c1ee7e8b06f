import { numbers } from '../../../../model/experiments/types';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './boosting.py?raw';
import { rows } from './shared/rows';

export default {
  program,
  compares: 'loss',
  leavesOut: 'Without the larger network beside the forty: it learns by itself.',
  fill({ settings, inputs = {} }) {
    const own = numbers(inputs, 'points');
    const { shape } = settings;
    return {
      flags: {
        drawn: !own,
        disc: shape === 'disc',
        squares: shape === 'squares',
        moons: shape === 'moons',
      },
      includes: { data: partOf('tasks', own ? 'own-classes' : 'shapes') },
      given: own && { points: rows(own) },
    };
  },
} satisfies Writer as Writer;
