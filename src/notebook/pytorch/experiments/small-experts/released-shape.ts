import { mixtureOf } from '../../members';
import { partOf } from '../../parts';
import type { Writer } from '../../types';
import program from './released-shape.py?raw';

/** Hidden units at work on a token. */
const units = 64;

export default {
  program,
  compares: 'loss',
  async fill({ inputs }) {
    const { readConfig } = await import('../../../../model/accounting/read-config');
    const { scaledShape } = await import('../../../../model/accounting/scaled');
    const given = inputs?.configuration;
    if (!given || !('configuration' in given))
      throw new Error('The program needs the configuration of a model.');
    const { experts, topK, hidden, shared } = scaledShape(readConfig(given.configuration), units);
    const several = topK > 1;
    const { flags, includes } = mixtureOf(
      several ? 'softmax-top-k-renormalised' : 'softmax-top-k',
      'switch',
    );
    return {
      flags: { ...flags, several, shares: shared > 0, in_common: true, in_domains: false },
      includes: { ...includes, data: partOf('tasks', 'parts') },
      // In common: as much as one kind asks for.
      constants: {
        experts,
        topK,
        hidden,
        sharedExperts: shared,
        kinds: 16,
        perToken: 2,
        inCommon: 0.5,
      },
    };
  },
} satisfies Writer as Writer;
