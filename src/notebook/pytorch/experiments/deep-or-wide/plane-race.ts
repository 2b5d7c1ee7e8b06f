import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './plane-race.py?raw';

export default {
  program,
  compares: 'losses',
  fill: ({ settings: { plane } }) => ({
    includes: { data: partOf('tasks', plane === 'squares' ? 'shapes' : 'two-spirals') },
    flags: { squares: plane === 'squares', disc: false, moons: false },
    constants: { noise: plane === 'squares' ? 0 : 0.02 },
  }),
} satisfies Writer as Writer;
