import type { Settings } from '../../../../model/experiments/types';
import { mixtureOf } from '../../members';
import type { Writer } from '../../types';
import { bytesOf, packed } from '../language-model/shared/packed';
import program from './whole.py?raw';

export default {
  program,
  compares: 'loss',
  async fill({ settings, inputs, seed }) {
    const { corpusOf } = await import('../../../../model/experiments/language-model/shared/corpus');
    const { words, rows } = corpusOf({ corpus: 'yard', wagons: 0 }, inputs, seed);
    const { bytes, dtype } = bytesOf(rows, words.length);
    const { flags, includes } = mixtureOf(String(settings.router), 'bias');
    const sparse = settings.sparse !== 'none';
    return {
      flags: { ...flags, ...flagsOf(settings, sparse) },
      includes,
      given: { packed: await packed(bytes), dtype, characters: words, best: bestOf(settings) },
    };
  },
} satisfies Writer as Writer;

const flagsOf = (settings: Settings, sparse: boolean) => ({
  sparse,
  latent: settings.attention !== 'heads',
  shares: sparse && Number(settings.sharedExperts) > 0,
  limited: sparse && Number(settings.mostGroups) < 4,
  biased: sparse && ['both', 'bias'].includes(String(settings.keepsEven)),
  balances: sparse && ['both', 'loss'].includes(String(settings.keepsEven)),
  foretells: Number(settings.predictors) > 0,
  falls: Number(settings.rateSteps) > 0,
});

/** A node counts by so many of its experts. */
const bestOf = ({ experts }: Settings) => Math.max(1, Math.min(2, Number(experts) / 4));
