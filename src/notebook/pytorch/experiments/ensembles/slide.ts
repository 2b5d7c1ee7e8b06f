import type { Writer } from '../../types';
import { rowsFor } from './shared/rows';
import program from './slide.py?raw';

export default {
  program,
  compares: 'loss',
  fill: ({ settings: { challenge }, inputs }) =>
    challenge === 'noisy'
      ? rowsFor('noisy-curve', inputs, { rows: 60, noise: 0.5 })
      : rowsFor('regimes', inputs, { rows: 80, noise: 0.1, pieces: 4, world: 1 }),
} satisfies Writer as Writer;
