/** What a small language model reads, and the fresh rows that it is judged by. */
import { uniforms } from '../../../../tensor/random';
import { charactersOf } from '../../../tasks/character-text';
import { rowsOf as registerRows } from '../../../tasks/register';
import { below } from '../../../tasks/rules/options';
import * as yard from '../../../tasks/yard';
import type { Inputs } from '../../types';

/** Tokens of a row; a row of text has one more, since the last is only a target. */
export const length = 64;
/** Training rows, drawn from with replacement. */
const trainingRows = 6144;
/** Fresh rows of each kind. */
const perKind = 16;
/** Fewest characters of a reader's own text. */
const leastOwn = 2000;

export interface Corpus {
  words: string[];
  /** What group i is called: one group where the text has no kinds. */
  groups: string[];
  /** [trainingRows, length + 1], one row after another. */
  rows: Int32Array;
  /** Rows never trained on, in the order of their groups, and the group of each. */
  fresh: { rows: Int32Array; groups: number[] };
  /** What the model is given to begin with when it writes. */
  prompt: number[];
  /** True if a line could stand in the text, where that is known. */
  check?(line: string): boolean;
}

/**
 * The reader's own text where one is handed in, else the text that the settings name. Throws a
 * sentence if the reader's is too short.
 */
export function corpusOf(
  settings: { corpus: string; wagons: number },
  inputs: Inputs = {},
  seed = 1,
): Corpus {
  const { text } = inputs;
  if (text && 'text' in text) return ownCorpus(text.text, seed);
  if (settings.corpus === 'register') return registerCorpus(settings.wagons, seed);
  return yardCorpus(seed);
}

/**
 * What was written last: a start anew, another setting and each lane of a sweep read the same rows,
 * and to write them takes longer than a step. Nobody changes them.
 */
let written: { seed: number; rows: Int32Array } | undefined;
let fresh: Corpus['fresh'] | undefined;

function yardCorpus(seed: number): Corpus {
  if (written?.seed !== seed)
    written = { seed, rows: yard.rowsOf(seed, trainingRows, length).tokens };
  return {
    words: yard.characters,
    groups: yard.kinds.map(({ name }) => name),
    rows: written.rows,
    fresh: freshLines(),
    prompt: yard.encode('\n'),
    check: (line) => yard.kinds[yard.kindOf(line)].check(line),
  };
}

/** As many rows of each kind, from a seed that no training uses. */
export function freshLines(): Corpus['fresh'] {
  fresh ??= drawFresh();
  return fresh;
}

function drawFresh(): Corpus['fresh'] {
  const drawn = yard.rowsOf(77, perKind * 14, length);
  const chosen = yard.kinds.flatMap((_, kind) =>
    Array.from(drawn.groups.keys())
      .filter((row) => drawn.groups[row] === kind)
      .slice(0, perKind),
  );
  return { rows: pickRows(drawn.tokens, chosen), groups: chosen.map((row) => drawn.groups[row]) };
}

function registerCorpus(wagons: number, seed: number): Corpus {
  const rows = (from: number, count: number) => registerRows(from, count, { wagons, length });
  return {
    words: yard.characters,
    groups: ['register'],
    rows: rows(seed, trainingRows),
    fresh: { rows: rows(77, 96), groups: Array(96).fill(0) },
    prompt: yard.encode('\n'),
  };
}

/** The last tenth is never trained on. */
function ownCorpus(text: string, seed: number): Corpus {
  const { tokens, words } = charactersOf(text);
  if (tokens.length < leastOwn)
    throw new Error(
      `A model of this size learns nothing from ${tokens.length} characters; paste at least ${leastOwn}, better 100,000.`,
    );
  const border = tokens.length - Math.floor(tokens.length / 10);
  const cut = (from: number, to: number, count: number, purpose: string) => {
    const next = uniforms(seed, purpose);
    const rows = new Int32Array(count * (length + 1));
    for (let row = 0; row < count; row++) {
      const at = from + below(next, to - from - length);
      rows.set(tokens.subarray(at, at + length + 1), row * (length + 1));
    }
    return rows;
  };
  return {
    words,
    groups: ['your text'],
    rows: cut(0, border, trainingRows, 'own text'),
    fresh: { rows: cut(border, tokens.length, 96, 'own text, fresh'), groups: Array(96).fill(0) },
    prompt: [Math.max(0, words.indexOf('\n'))],
  };
}

function pickRows(tokens: Int32Array, rows: number[]): Int32Array {
  const width = length + 1;
  const picked = new Int32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    picked.set(tokens.subarray(row * width, (row + 1) * width), i * width);
  return picked;
}

/** Rows as a model reads them: inputs, and at each place the token that follows. */
export function inputsAndTargets(rows: Int32Array): { inputs: Int32Array; targets: Int32Array } {
  const count = rows.length / (length + 1);
  const inputs = new Int32Array(count * length);
  const targets = new Int32Array(count * length);
  for (let row = 0; row < count; row++) {
    const at = row * (length + 1);
    inputs.set(rows.subarray(at, at + length), row * length);
    targets.set(rows.subarray(at + 1, at + 1 + length), row * length);
  }
  return { inputs, targets };
}
