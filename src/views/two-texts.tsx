/**
 * What several models write when their cache is read in two ways, from the same prompt and the same
 * dice: where the second text leaves the first, it is marked. Reads the answer `twice`,
 * [models][2] texts, and the names `models` and `ways` among the facts.
 */
import { listed } from '../lab/format';
import type { DrawnView, RunData } from '../lab/types';
import { namesOf } from './names';

interface Pair {
  model: string;
  texts: string[];
  /** The first character in which they differ, counted from 1; 0 where there is none. */
  from: number;
}

/** A line end is no sign: it stands as verses do in a line. */
const inLine = (text: string): string => text.replace(/^\n/, '').replaceAll('\n', ' / ');

export function pairsOf(run: RunData): Pair[] {
  const found = run.answers?.twice;
  if (!Array.isArray(found)) return [];
  const names = namesOf(run, { fact: 'models' }, found.length);
  return found.map((each, i) => {
    const texts = (each as string[]).map(inLine);
    const [first, second] = texts.map((text) => Array.from(text));
    const longer = first.length < second.length ? second : first;
    const from = longer.findIndex((_, place) => first[place] !== second[place]) + 1;
    return { model: names[i], texts, from };
  });
}

const verdict = ({ from }: Pair): string =>
  from ? `a different text from character ${from} on` : 'the same to the last character';

function Draw({ run }: { run: RunData }) {
  const pairs = pairsOf(run);
  if (!pairs.length) return <p class="lab-quiet-line">Nothing is written yet.</p>;
  const ways = namesOf(run, { fact: 'ways' }, 2);
  return (
    <div>
      {pairs.map((pair) => (
        <section class="twice-model" key={pair.model}>
          <p class="twice-name">
            {pair.model}:{' '}
            <span class={pair.from ? 'written-wrong' : 'written-right'}>{verdict(pair)}</span>
          </p>
          {pair.texts.map((text, way) => {
            const signs = Array.from(text);
            const alike = way && pair.from ? pair.from - 1 : signs.length;
            return (
              <p class="twice-text" key={ways[way]}>
                <span class="twice-way">{ways[way]}</span>
                <span>
                  {signs.slice(0, alike).join('')}
                  {alike < signs.length && <mark>{signs.slice(alike).join('')}</mark>}
                </span>
              </p>
            );
          })}
        </section>
      ))}
    </div>
  );
}

export const twoTexts: DrawnView = {
  name: 'two-texts',
  kind: 'page',
  styles: ['two-texts'],
  reads: { answers: ['twice'], facts: ['models', 'ways'] },
  aspect: 0.3,
  narrowAspect: 0.9,
  Draw,
  describe(run) {
    const pairs = pairsOf(run);
    if (!pairs.length) return 'Nothing is written yet.';
    const ways = listed(namesOf(run, { fact: 'ways' }, 2));
    return `Written with ${ways}. ${pairs.map((pair) => `${pair.model}: ${verdict(pair)}`).join('; ')}.`;
  },
  table(run) {
    return {
      columns: ['model', ...namesOf(run, { fact: 'ways' }, 2), 'first character that differs'],
      rows: pairsOf(run).map(({ model, texts, from }) => [model, ...texts, from || 'none']),
    };
  },
};
