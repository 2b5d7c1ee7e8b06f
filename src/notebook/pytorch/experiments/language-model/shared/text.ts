/** The rows that a language model reads, as a program holds them. */
import type { Inputs, Settings } from '../../../../../model/experiments/types';
import type { Filled } from '../../../types';
import { bytesOf, packed } from './packed';
import text from './text.py?raw';

/** The reader's own text where one is handed in, else the text that the settings name. */
export async function textFor(
  settings: Settings,
  inputs?: Inputs,
  seed?: number,
): Promise<Required<Pick<Filled, 'includes' | 'given'>>> {
  const { corpusOf } = await import(
    '../../../../../model/experiments/language-model/shared/corpus'
  );
  const { words, rows } = corpusOf(
    settings as Settings & { corpus: string; wagons: number },
    inputs,
    seed,
  );
  const { bytes, dtype } = bytesOf(rows, words.length);
  return {
    includes: { text },
    given: { packed: await packed(bytes), dtype, characters: words },
  };
}
