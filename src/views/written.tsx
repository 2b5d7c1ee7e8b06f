/**
 * What a decoder writes now, each character over the letter of the expert that took it first, for
 * one sparse layer at a time. Reads the answer `written`: texts of one length, the sparse layers,
 * and for each layer and character the chosen experts, best first, with their gates.
 */
import { useId, useState } from 'preact/hooks';
import { percent } from '../lab/format';
import type { DrawnView, RunData, ViewProps } from '../lab/types';
import { color, ink, letter } from './marks/bullet';

interface Written {
  texts: string[];
  layers: number[];
  /** [layers][characters][k] */
  chosen: number[][][];
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

interface Sign {
  character: string;
  /** Best first. */
  experts: number[];
  gates: number[];
}

/** The lines of one text with who took what. */
function linesOf({ texts, chosen, gates }: Written, text: number, layer: number): Sign[][] {
  const start = texts.slice(0, text).reduce((sum, each) => sum + each.length, 0);
  const lines: Sign[][] = [[]];
  Array.from(texts[text]).forEach((character, i) => {
    if (character === '\n') lines.push([]);
    else
      lines.at(-1)!.push({
        character,
        experts: chosen[layer]?.[start + i] ?? [],
        gates: gates[layer]?.[start + i] ?? [],
      });
  });
  return lines.filter((line) => line.length);
}

const gatesInWords = ({ experts, gates }: Sign) =>
  experts.map((expert, i) => `${letter(expert)} ${percent(gates[i])}`).join(', ');

function Draw({ run }: ViewProps) {
  const found = writtenOf(run);
  const [layer, setLayer] = useState(0);
  const name = useId();
  if (!found) return <p class="lab-quiet-line">It has written nothing yet.</p>;
  const shown = Math.min(layer, Math.max(0, found.layers.length - 1));
  return (
    <div class="written">
      {found.layers.length > 1 && (
        <fieldset class="written-layers">
          <legend>Letters: the expert that takes the character first, in</legend>
          {found.layers.map((each, i) => (
            <label key={each}>
              <input type="radio" name={name} checked={i === shown} onChange={() => setLayer(i)} />
              layer {each + 1}
            </label>
          ))}
        </fieldset>
      )}
      {found.texts.map((_, text) => (
        // Texts keep their places; only what is written in them changes.
        <div class="written-text" key={`${text}`}>
          {linesOf(found, text, shown).map((line, i) => (
            <p class="written-line" key={`${i}`}>
              {line.map((sign, at) => (
                <span class="written-sign" key={`${at}`} title={gatesInWords(sign)}>
                  <span>{sign.character === ' ' ? '\u00a0' : sign.character}</span>
                  {sign.experts.length > 0 && (
                    <i
                      aria-hidden="true"
                      ref={(element) => {
                        element?.style.setProperty('--tint', color(sign.experts[0]));
                        element?.style.setProperty('--sign', ink(sign.experts[0]));
                      }}
                    >
                      {letter(sign.experts[0])}
                    </i>
                  )}
                </span>
              ))}
            </p>
          ))}
        </div>
      ))}
    </div>
  );
}

export const written: DrawnView = {
  name: 'written',
  kind: 'page',
  reads: { answers: ['written'] },
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
      linesOf(found, text, 0)
        .flat()
        .map((sign, at) => ({ sign, text, at })),
    );
    return {
      columns: ['text and place', 'character', `experts in layer ${(found.layers[0] ?? 0) + 1}`],
      rows: signs.map(({ sign, text, at }) => [
        `${text + 1}.${at + 1}`,
        sign.character,
        gatesInWords(sign) || '–',
      ]),
    };
  },
};
