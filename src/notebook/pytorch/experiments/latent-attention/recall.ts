import type { Writer } from '../../types';
import program from './recall.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const by_heads = settings.attention === 'heads';
    const apart = settings.attention === 'latent-rotary' && Number(settings.rotaryWidth) > 0;
    return {
      flags: {
        by_heads,
        apart,
        content_alone: !by_heads && !apart,
        falls: Number(settings.rateSteps) > 0,
      },
    };
  },
} satisfies Writer as Writer;
