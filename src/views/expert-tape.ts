/**
 * A cache of experts at work in one layer: a row an expert, a column a token. Shaded is what was in
 * memory when the token came, a disc an expert that it found there, a ring one that it had to wait
 * for. Reads the answer `cached` (its `tape`) and the fact `experts`.
 */
import * as Plot from '@observablehq/plot';
import { count } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { color, letter } from './marks/bullet';
import { literal } from './marks/bullets';
import { seen } from './marks/sign';
import { tiles } from './marks/tiles';

interface Tape {
  layer: number;
  characters: string[];
  asked: number[][];
  missing: number[][];
  held: number[][];
}

interface Cell {
  token: number;
  expert: number;
}

const tapeOf = (run: RunData): Tape | undefined =>
  (run.answers?.cached as unknown as { tape?: Tape } | undefined)?.tape;

const expertsOf = (run: RunData): number => Number(run.facts?.experts ?? 0);

const cells = (lists: number[][]): Cell[] =>
  lists.flatMap((experts, token) => experts.map((expert) => ({ token, expert })));

function plot({ run, width }: ViewProps): Plot.PlotOptions {
  const tape = tapeOf(run);
  const tight = width < narrow;
  const shown = tape ? Math.min(tape.characters.length, tight ? 26 : 48) : 0;
  const tokens = Array.from({ length: shown }, (_, token) => token);
  const rows = Array.from({ length: expertsOf(run) }, (_, expert) => expert);
  const asked = cells(tape?.asked.slice(0, shown) ?? []);
  const missing = (cell: Cell) => tape!.missing[cell.token].includes(cell.expert);
  const place = { x: 'token', y: 'expert' };
  const fill = literal(({ expert }: Cell) => color(expert));
  const r = tight ? 4 : 5;
  return {
    marginLeft: 34,
    marginRight: 6,
    marginTop: 44,
    marginBottom: 6,
    x: { type: 'band', domain: tokens, padding: 0, axis: null },
    y: { type: 'band', domain: rows, padding: 0, axis: null },
    marks: [
      Plot.text([tape ? `layer ${tape.layer + 2}, each character’s two experts` : ''], {
        frameAnchor: 'top-left',
        lineAnchor: 'middle',
        dx: -34,
        dy: -34,
        className: 'v-axis',
      }),
      Plot.text(tokens, {
        x: (token: number) => token,
        text: (token: number) => seen(tape!.characters[token]),
        frameAnchor: 'top',
        lineAnchor: 'middle',
        dy: -12,
        fontSize: tight ? 11 : 13,
        className: 'v-label',
      }),
      tiles(cells(tape?.held.slice(0, shown) ?? []), {
        ...place,
        fill: () => 'var(--soft)',
        shade: () => 0.2,
        inset: 0,
      }),
      Plot.text(rows, {
        y: (expert: number) => expert,
        text: (expert: number) => letter(expert),
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -8,
        fontSize: 11,
        className: 'v-axis',
      }),
      Plot.dot(
        asked.filter((cell) => !missing(cell)),
        { ...place, r, fill, stroke: 'var(--ink)', strokeWidth: 0.7 },
      ),
      Plot.dot(asked.filter(missing), {
        ...place,
        r: r - 0.5,
        fill: 'var(--paper)',
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
      }),
    ],
  };
}

export const expertTape: ChartView = {
  name: 'expert-tape',
  reads: { answers: ['cached'], facts: ['experts'] },
  aspect: 0.33,
  narrowAspect: 0.85,
  plot,
  describe(run) {
    const tape = tapeOf(run);
    if (!tape) return 'No character has been read yet.';
    const all = tape.asked.flat().length;
    const waited = tape.missing.flat().length;
    return `${count(tape.characters.length)} characters ask for ${count(all)} experts; ${count(all - waited)} are in memory, ${count(waited)} are fetched.`;
  },
  table(run) {
    const tape = tapeOf(run);
    const named = (experts: number[]) =>
      experts
        .toSorted((a, b) => a - b)
        .map(letter)
        .join(' ') || '–';
    return {
      columns: ['place and character', 'asked for', 'fetched', 'in memory before'],
      rows: (tape?.characters ?? []).map((character, token) => [
        `${token + 1} ${seen(character)}`,
        named(tape!.asked[token]),
        named(tape!.missing[token]),
        named(tape!.held[token]),
      ]),
    };
  },
};
