import type { Writer } from '../../types';
import program from './basin.py?raw';

export default {
  program,
  compares: 'losses',
  fill: ({ settings }) => ({ flags: { creases: settings.moved === 'creases' } }),
} satisfies Writer as Writer;
