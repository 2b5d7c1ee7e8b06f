import type { Writer } from '../../types';
import { curveFor } from './shared/curve';
import program from './width-sweep.py?raw';

export default {
  program,
  compares: 'losses',
  fill: ({ settings, inputs }) => ({
    flags: { falls: Number(settings.rateSteps) > 0 },
    ...curveFor(inputs),
  }),
} satisfies Writer as Writer;
