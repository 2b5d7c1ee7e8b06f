import { mixtureOf } from '../../members';
import type { Writer } from '../../types';
import program from './domain-mixture.py?raw';

const sequence = 32;
const domains = ['A', 'B', 'C', 'D'];

export default {
  program,
  compares: 'loss',
  fill({ settings }) {
    const { balancer, writer, moves, fault, scope, batch } = settings;
    const { flags, includes } = mixtureOf('sigmoid-normalised', String(balancer));
    const learns = moves === 'all';
    // Slips are written as one who makes them writes them.
    const unshared = fault === 'scores-not-shared';
    const turned = (text: string) => text.replace('bias + bias_rate *', 'bias - bias_rate *');
    return {
      flags: {
        ...flags,
        independent: !unshared,
        balances: flags.balances && learns,
        counts_together: learns && includes.balancer.includes('sequence_means'),
        one_writes: writer !== 'all',
        learns,
        bias_moves: flags.biased && moves !== 'nothing',
        bias_weighs: fault === 'bias-weighs',
      },
      includes: {
        ...includes,
        balancer: fault === 'sign-turned' ? turned(includes.balancer) : includes.balancer,
      },
      given: {
        writer: Math.max(0, domains.indexOf(String(writer))),
        together: Math.min(Number(scope) * sequence, Number(batch)),
      },
      constants: { experts: 8, topK: 2 },
    };
  },
} satisfies Writer as Writer;
