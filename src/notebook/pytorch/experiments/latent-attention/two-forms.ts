import type { Writer } from '../../types';
import { textFor } from '../language-model/shared/text';
import program from './two-forms.py?raw';

export default {
  program,
  compares: 'losses',
  fill: async ({ settings, seed }) => ({
    ...(await textFor({ corpus: 'yard', wagons: 64 }, {}, seed)),
    flags: { falls: Number(settings.rateSteps) > 0 },
  }),
} satisfies Writer as Writer;
