/**
 * What a decoder writes now: under each character the letters of the experts that took it first,
 * one row a sparse layer; a mark behind each line that is right or wrong; the gates of the
 * character that is pointed at. Reads the answer `written`: texts, sparse layers, and for each
 * layer and character the chosen experts, best first, with their gates in percent.
 */
import { useState } from 'preact/hooks';
import { listed, some } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { letter } from './marks/bullet';
import { Said } from './marks/said';
import { Sign, seen } from './marks/sign';
import { Walked } from './marks/walked';

interface Written {
  texts: string[];
  layers: number[];
  /** [layers][characters][k] */
  chosen: number[][][];
  /** The same, in percent. */
  gates: number[][][];
  /** For each text its complete lines, true where the line is right; null where nobody knows. */
  right: boolean[][] | null;
}

export function writtenOf(run: RunData): Written | undefined {
  const found = run.answers?.written as unknown as Written | undefined;
  return found && Array.isArray(found.texts) ? found : undefined;
}

/** Complete lines that are right, and all complete lines. */
export function linesRight(run: RunData): { right: number; all: number } {
  const lines = writtenOf(run)?.right?.flat() ?? [];
  return { right: lines.filter(Boolean).length, all: lines.length };
}

interface Character {
  character: string;
  /** Place among all characters of all texts. */
  at: number;
}

interface Line {
  characters: Character[];
  right?: boolean;
}

/** The lines of one text that are not empty. */
function linesOf({ texts, right }: Pick<Written, 'texts' | 'right'>, text: number): Line[] {
  let at = texts.slice(0, text).reduce((sum, each) => sum + Array.from(each).length, 0);
  const pieces = texts[text].split('\n');
  const lines = pieces.map((piece, i): Line => {
    const characters = Array.from(piece, (character) => ({ character, at: at++ }));
    at++; // the line end
    // The first piece is what stood before the first line end, the last is not complete.
    const verdict = right?.[text]?.[i - 1];
    return { characters, ...(i > 0 && verdict !== undefined && { right: verdict }) };
  });
  return lines.filter(({ characters }) => characters.length);
}

/** "A 61 %, F 39 %" of a character in one layer. */
function gatesInWords({ chosen, gates }: Written, layer: number, at: number): string {
  const experts = chosen[layer]?.[at] ?? [];
  return experts.map((expert, i) => `${letter(expert)} ${gates[layer][at][i]} %`).join(', ');
}

const layersInWords = (layers: number[]): string => {
  const names = layers.map((layer) => String(layer + 1));
  return `${names.length < 2 ? 'layer' : 'layers'} ${listed(names)}`;
};

/**
 * Whether a run writes what can be read: a line that is right, or a loss on fresh lines below a
 * third of what guessing costs.
 */
function isReadable(run: RunData): boolean {
  const judged = run.answers?.judged as { mean?: number } | undefined;
  const words = run.facts?.words as string[] | undefined;
  const guessing = Math.log(words?.length ?? 1);
  return linesRight(run).right > 0 || (judged?.mean ?? Number.POSITIVE_INFINITY) < guessing / 3;
}

/** The recorded run stands in until the reader's own model writes what can be read. */
function Draw({ run, recorded }: ViewProps) {
  const own = writtenOf(run);
  const standIn = isReadable(run) || !recorded ? undefined : writtenOf(recorded);
  if (!standIn) {
    if (own) return <Texts found={own} />;
    return <p class="lab-quiet-line">It has written nothing yet.</p>;
  }
  return (
    <>
      <p class="written-own">
        <span>{`Yours, after ${some(run.step, 'step')}`}</span>
        {own ? own.texts[0].trim().split('\n')[0] || '…' : '…'}
      </p>
      <p class="lab-view-label">
        {`Until yours can be read: the recorded model, after ${some(recorded!.step, 'step')}`}
      </p>
      <Texts found={standIn} />
    </>
  );
}

function Texts({ found }: { found: Written }) {
  const [pointed, setPointed] = useState<number>();
  const all = found.texts.flatMap((_, text) => linesOf(found, text)).flatMap((x) => x.characters);
  const now = all.find(({ at }) => at === pointed);
  const { layers } = found;
  return (
    <div class="written">
      <Walked
        label="What it wrote"
        places={all.map(({ at }) => at)}
        pointed={pointed}
        onPoint={setPointed}
      >
        {found.texts.map((_, text) => (
          // Texts keep their places; only what is written in them changes.
          <div class="written-text" key={`${text}`}>
            {linesOf(found, text).map(({ characters, right }, i) => (
              <p class="written-line" key={`${i}`}>
                {characters.map(({ character, at }) => (
                  <Sign
                    key={at}
                    at={at}
                    character={character}
                    pointed={at === pointed}
                    experts={layers.map((_, layer) => found.chosen[layer]?.[at]?.[0])}
                  />
                ))}
                {right !== undefined && (
                  <span class={right ? 'written-right' : 'written-wrong'}>
                    {right ? 'right' : 'wrong'}
                  </span>
                )}
              </p>
            ))}
          </div>
        ))}
      </Walked>
      {layers.length > 0 && (
        <Said
          class="written-gates"
          words={
            now
              ? `“${seen(now.character)}” ${layers.map((layer, i) => `layer ${layer + 1}: ${gatesInWords(found, i, now.at)}`).join(' · ')}`
              : `Letters below a character: who takes it first in ${layersInWords(layers)}, from top to bottom. Point at one for its gates.`
          }
          by={pointed}
        />
      )}
    </div>
  );
}

export const written: DrawnView = {
  name: 'written',
  kind: 'page',
  styles: ['marks/sign', 'written'],
  reads: { answers: ['written'], maybe: ['judged', 'words'] },
  aspect: 0.26,
  narrowAspect: 0.7,
  Draw,
  describe(run) {
    const found = writtenOf(run);
    if (!found) return 'The model has written nothing yet.';
    const { right, all } = linesRight(run);
    const judged = found.right ? ` ${right} of ${all} complete lines are right.` : '';
    return `The model wrote: ${found.texts.map((text) => text.trim().split('\n').join('; ')).join(' / ')}.${judged}`;
  },
  table(run) {
    const found = writtenOf(run);
    if (!found) return { columns: ['character'], rows: [] };
    const signs = found.texts.flatMap((_, text) =>
      linesOf(found, text)
        .flatMap(({ characters }) => characters)
        .map(({ character, at }, place) => [
          `${text + 1}.${place + 1}`,
          character,
          ...found.layers.map((_, layer) => gatesInWords(found, layer, at) || '–'),
        ]),
    );
    return {
      columns: [
        'text and place',
        'character',
        ...found.layers.map((layer) => `experts in layer ${layer + 1}`),
      ],
      rows: signs,
    };
  },
};
