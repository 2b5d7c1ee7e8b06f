import type { Writer } from '../../types';
import { type Chooser, decoderFor } from './shared/decoder';
import program from './shared/decoder.py?raw';

const choosers: Record<string, Chooser> = {
  router: { router: 'sigmoid-normalised', balancer: 'bias' },
  frozen: { router: 'sigmoid-normalised', balancer: 'bias', flags: { frozen: true } },
  table: { router: 'hash', balancer: 'none' },
  'learned-table': { router: 'sigmoid-normalised', balancer: 'bias', flags: { by_table: true } },
  before: { router: 'hash', balancer: 'none', flags: { before: true } },
  place: { router: 'hash', balancer: 'none', flags: { place: true } },
  anew: { router: 'random', balancer: 'none' },
};

export default {
  program,
  compares: 'loss',
  fill: (asked) => decoderFor(asked, choosers[String(asked.settings.choiceBy)]),
} satisfies Writer as Writer;
