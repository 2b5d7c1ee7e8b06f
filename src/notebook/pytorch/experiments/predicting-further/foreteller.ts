import type { Writer } from '../../types';
import { textFor } from '../language-model/shared/text';
import program from './foreteller.py?raw';

export default {
  program,
  compares: ['loss', 'further'],
  fill: async ({ settings, inputs }) => ({
    ...(await textFor(settings, inputs)),
    flags: {
      chained: settings.foretells === 'sequential',
      shaped: Boolean(settings.shaped),
      falls: Number(settings.rateSteps) > 0,
    },
  }),
  leavesOut: 'The program trains and judges the drafts; it does not write with them.',
} satisfies Writer as Writer;
