/** What the programs of station 10's language models have in common. */
import { mixtureOf } from '../../../members';
import type { Asked, Filled } from '../../../types';
import { textFor } from './text';

/** Which layers have experts, of four. */
const sparseLayers: Record<string, number[]> = {
  'but-first': [1, 2, 3],
  second: [1, 3],
  all: [0, 1, 2, 3],
  none: [],
};

/** Who chooses, and what of it the program asks. */
export interface Chooser {
  router: string;
  balancer: string;
  flags?: Record<string, boolean>;
}

export async function decoderFor(
  { settings, inputs }: Pick<Asked, 'settings' | 'inputs'>,
  chooser: Chooser,
): Promise<Filled> {
  const text = await textFor(settings, inputs);
  const { flags, includes } = mixtureOf(chooser.router, chooser.balancer);
  const layers = sparseLayers[String(settings.sparse)];
  const sparse = layers.length > 0;
  const { by_table = false, before = false, place = false, frozen = false } = chooser.flags ?? {};
  return {
    flags: {
      ...flags,
      sparse,
      by_table,
      before,
      place,
      frozen,
      other_identities: before || place,
      plain: !flags.by_identity && !by_table,
      learns_to_route: !flags.without_weights && !by_table,
      shares: Number(settings.sharedExperts) > 0,
      falls: Number(settings.rateSteps) > 0,
      biased: flags.biased && sparse,
      balances: flags.balances && sparse && Number(settings.balanceStrength) > 0,
    },
    includes: { ...includes, ...text.includes },
    given: { ...text.given, sparse_layers: layers },
  };
}
