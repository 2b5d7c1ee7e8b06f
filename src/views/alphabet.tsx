/**
 * Who takes which character: the alphabet, and under each character the expert that takes it most
 * often in each sparse layer, coloured where it does so at two places of three or more. Reads the
 * answer `characters`.
 */
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { letter } from './marks/bullet';
import { Sign, seen } from './marks/sign';

export interface Characters {
  words: string[];
  layers: number[];
  /** [layers][words][k]: the experts that take the character most often, best first. */
  experts: number[][][];
  /** The same: at how many of a hundred of its places. */
  percent: number[][][];
  /** [layers]: share of all choices that fall on those experts. */
  foretold: number[];
}

export function charactersOf(run: RunData): Characters | undefined {
  const found = run.answers?.characters as unknown as Characters | undefined;
  return found && Array.isArray(found.experts) ? found : undefined;
}

/** At so many of a hundred places or more an expert has a character for its own. */
const own = 67;

/** Characters that are read at all. */
const read = ({ words, experts }: Characters) =>
  words
    .map((character, word) => ({ character, word }))
    .filter(({ word }) => experts.some((layer) => layer[word]?.length));

const inWords = ({ experts, percent }: Characters, layer: number, word: number) =>
  experts[layer][word]
    .map((expert, i) => `${letter(expert)} ${percent[layer][word][i]} %`)
    .join(', ');

function Draw({ run }: ViewProps) {
  const found = charactersOf(run);
  if (!found?.layers.length) return <p class="lab-quiet-line">No layer has experts to choose.</p>;
  return (
    <div class="written written-alphabet">
      <p class="written-line">
        {read(found).map(({ character, word }) => (
          <Sign
            key={character}
            character={seen(character)}
            experts={found.layers.map((_, layer) => found.experts[layer][word][0])}
            filled={found.layers.map((_, layer) => found.percent[layer][word][0] >= own)}
            title={found.layers
              .map((layer, i) => `layer ${layer + 1}: ${inWords(found, i, word)}`)
              .join('; ')}
          />
        ))}
      </p>
    </div>
  );
}

export const alphabet: DrawnView = {
  name: 'alphabet',
  kind: 'page',
  styles: ['marks/sign', 'written'],
  reads: { answers: ['characters'] },
  aspect: 0.12,
  narrowAspect: 0.4,
  Draw,
  describe(run) {
    const found = charactersOf(run);
    if (!found?.layers.length) return 'No layer has experts to choose.';
    const sentences = found.layers.map((layer, i) => {
      const owned = read(found).filter(({ word }) => found.percent[i][word][0] >= own);
      const experts = [...new Set(owned.map(({ word }) => found.experts[i][word][0]))].sort(
        (a, b) => a - b,
      );
      const said = experts.map(
        (expert) =>
          `${letter(expert)} ${owned
            .filter(({ word }) => found.experts[i][word][0] === expert)
            .map(({ character }) => seen(character))
            .join(' ')}`,
      );
      return `In layer ${layer + 1}, experts take mostly for themselves: ${said.join('; ') || 'none'}.`;
    });
    return sentences.join(' ');
  },
  table(run) {
    const found = charactersOf(run);
    if (!found) return { columns: ['character'], rows: [] };
    return {
      columns: ['character', ...found.layers.map((layer) => `layer ${layer + 1}`)],
      rows: read(found).map(({ character, word }) => [
        seen(character),
        ...found.layers.map((_, layer) => inWords(found, layer, word)),
      ]),
    };
  },
};
