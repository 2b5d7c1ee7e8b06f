import type { Writer } from '../../types';
import program from './apart.py?raw';

export default {
  program,
  compares: ['loss', 'faithfulness', 'minimality', 'simplicity'],
  fill: ({ settings }) => ({ flags: { falls: Number(settings.rateSteps) > 0 } }),
} satisfies Writer as Writer;
