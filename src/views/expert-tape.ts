/**
 * A cache of experts at work in one layer: a row an expert, a column a token. Shaded is what was in
 * memory when the token came, a disc an expert that it found there, a ring one that it had to wait
 * for. Reads the answer `cached` (its `tape`) and the fact `experts`; a tape may come from elsewhere,
 * have a line from which on somebody else chose, and points for what is still to come.
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
  /** The token from which on it is played by hand, and how many there are in all. */
  from?: number;
  length?: number;
  /** What tokens behind the last one will ask for, where that may be seen. */
  coming?: number[][];
}

interface Options {
  name: string;
  reads: ChartView['reads'];
  tapeOf(run: RunData): unknown;
}

interface Cell {
  token: number;
  expert: number;
}

const expertsOf = (run: RunData): number => Number(run.facts?.experts ?? 0);

const cells = (lists: number[][]): Cell[] =>
  lists.flatMap((experts, token) => experts.map((expert) => ({ token, expert })));

/** Tokens of which there is room for some: the first ones, or of a tape that grows the latest. */
function shownOf({ characters, asked, from, length }: Tape, most: number): number[] {
  if (from === undefined)
    return Array.from({ length: Math.min(characters.length, most) }, (_, token) => token);
  const all = length ?? characters.length;
  // Some of what comes stays in view, so that the tape moves on and not at each step.
  const end = Math.min(all, Math.max(most, 8 * Math.ceil((asked.length + 1) / 8)));
  const start = Math.max(0, end - most);
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function plotTape(tape: Tape | undefined, { run, width }: ViewProps): Plot.PlotOptions {
  const tight = width < narrow;
  const grows = tape?.from !== undefined;
  const tokens = tape ? shownOf(tape, grows ? (tight ? 24 : 64) : tight ? 26 : 48) : [];
  const within = (lists: number[][] | undefined, before = 0) =>
    cells(lists ?? [])
      .map(({ token, expert }) => ({ token: token + before, expert }))
      .filter(({ token }) => token >= tokens[0] && token <= tokens.at(-1)!);
  const rows = Array.from({ length: expertsOf(run) }, (_, expert) => expert);
  const asked = within(tape?.asked);
  const coming = within(tape?.coming, tape?.asked.length);
  const pitch = (width - 40) / Math.max(1, tokens.length);
  const begins = tape?.from !== undefined && tokens.includes(tape.from) ? [tape.from] : [];
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
        text: (token: number) => seen(tape!.characters[token] ?? ''),
        frameAnchor: 'top',
        lineAnchor: 'middle',
        dy: -12,
        fontSize: tight ? 11 : 13,
        className: 'v-label',
      }),
      tiles(within(tape?.held), {
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
      Plot.dot(coming, { ...place, r: r - 2, fill }),
      // On the left edge of its column.
      Plot.tickX(begins, {
        x: (token: number) => token,
        dx: -pitch / 2,
        insetTop: -24,
        stroke: 'var(--ink)',
        strokeWidth: 1.5,
      }),
    ],
  };
}

export function expertTapeOf({ name, reads, tapeOf }: Options): ChartView {
  const of = (run: RunData) => tapeOf(run) as Tape | undefined;
  return {
    name,
    reads,
    aspect: 0.33,
    narrowAspect: 0.85,
    plot: (props) => plotTape(of(props.run), props),
    describe(run) {
      const tape = of(run);
      if (!tape) return 'No character has been read yet.';
      const all = tape.asked.flat().length;
      const waited = tape.missing.flat().length;
      return `${count(tape.asked.length)} characters ask for ${count(all)} experts; ${count(all - waited)} are in memory, ${count(waited)} are fetched.`;
    },
    table(run) {
      const tape = of(run);
      const named = (experts: number[]) =>
        experts
          .toSorted((a, b) => a - b)
          .map(letter)
          .join(' ') || '–';
      return {
        columns: ['place and character', 'asked for', 'fetched', 'in memory before'],
        rows: (tape?.asked ?? []).map((asked, token) => [
          `${token + 1} ${seen(tape!.characters[token])}`,
          named(asked),
          named(tape!.missing[token]),
          named(tape!.held[token]),
        ]),
      };
    },
  };
}

export const expertTape = expertTapeOf({
  name: 'expert-tape',
  reads: { answers: ['cached'], facts: ['experts'] },
  tapeOf: (run) => (run.answers?.cached as { tape?: unknown } | undefined)?.tape,
});
