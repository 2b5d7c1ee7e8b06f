import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './em.py?raw';

export default {
  program,
  compares: ['logLikelihood', 'adam', 'plain'],
  fill({ settings: { firstNames, hard, evenGate } }) {
    const named = firstNames !== 'none';
    return {
      flags: {
        named,
        right: firstNames === 'right',
        moved: firstNames === 'moved',
        lot: firstNames === 'lot',
        hard: hard === true,
        gates_even: evenGate === true,
      },
      includes: { data: partOf('tasks', 'regimes') },
      constants: { pieces: 4 },
    };
  },
} satisfies Writer as Writer;
