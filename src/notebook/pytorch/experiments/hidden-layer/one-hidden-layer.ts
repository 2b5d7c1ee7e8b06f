import type { Writer } from '../../types';
import program from './one-hidden-layer.py?raw';
import { curveFor } from './shared/curve';

export default {
  program,
  compares: 'loss',
  fill: ({ settings, inputs }) => ({
    flags: { falls: Number(settings.rateSteps) > 0 },
    ...curveFor(inputs),
  }),
} satisfies Writer as Writer;
