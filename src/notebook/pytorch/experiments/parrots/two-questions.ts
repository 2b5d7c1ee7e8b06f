import { classesOf } from '../../../../model/experiments/parrots/shared/sizes';
import { mixtureOf } from '../../members';
import type { Writer } from '../../types';
import program from './two-questions.py?raw';

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const question = String(settings.question);
    const routed = Number(settings.experts) > 1;
    const by_dice = routed && settings.sentBy === 'dice';
    const { flags, includes } = mixtureOf(by_dice ? 'hash' : 'softmax-top-k', 'switch');
    return {
      flags: {
        ...flags,
        asks_facts: question === 'facts',
        routed,
        by_dice,
        learned: routed && !by_dice,
      },
      includes,
      given: { classes: classesOf(question) },
      constants: { topK: 1 },
    };
  },
} satisfies Writer as Writer;
