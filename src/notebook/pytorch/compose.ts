/**
 * A program with everything in its place: lines that the settings leave out are gone, members
 * stand where they are included, helpers before their first use, and above all the settings that
 * the code reads.
 */
import { settingsTable } from '../../model/settings';
import type { Setting } from '../../model/settings/types';
import { cellsOf } from './cells';
import { definedIn, type Helper, helpers } from './parts';
import type { Asked, Cell, Filled, Literal } from './types';

/** What modules are called in the programs, and how they are imported. */
const modules: Record<string, string> = {
  base64: 'import base64',
  itertools: 'import itertools',
  json: 'import json',
  math: 'import math',
  pathlib: 'import pathlib',
  struct: 'import struct',
  zlib: 'import zlib',
  np: 'import numpy as np',
  torch: 'import torch',
  F: 'import torch.nn.functional as F',
};

/** The cells of a run, in order: words about it, its settings, and the program. */
export function compose(
  program: string,
  asked: Asked,
  { flags = {}, includes = {}, given = {}, constants = {} }: Filled,
): Cell[] {
  const whole = filled(included(program, includes, flags), given);
  const cells = withHelpers(cellsOf(whole));
  const used = namesUsed(codeOf(cells));
  const imports = Object.entries(modules).flatMap(([name, line]) => (used.has(name) ? [line] : []));
  const settings = { ...asked.settings, ...constants, seed: asked.seed, steps: asked.steps };
  return [
    { kind: 'markdown', text: aboutOf(asked, used.has('top_k_mask')) },
    ...editsOf(asked),
    { kind: 'markdown', text: settingsWords },
    {
      kind: 'code',
      text: [...imports, '', ...settingLines(settings, used)].join('\n'),
    },
    ...cells,
  ];
}

const settingsWords = [
  '## Settings',
  '',
  'What the code below reads, as it stood in the lab. Change a line and run all cells again.',
].join('\n');

/** Includes put in, and conditional lines kept or dropped. */
function included(
  program: string,
  includes: Record<string, string>,
  flags: Record<string, boolean>,
): string {
  const kept: string[] = [];
  let keeping = true;
  for (const line of program.split('\n')) {
    const include = line.match(/^#\+ (\w+)$/)?.[1];
    const condition = line.match(/^(.*?)\s*#\?(?: (not )?(\w+))?$/);
    if (include !== undefined) {
      if (!(include in includes))
        throw new Error(`The program includes ${include}, which nobody gave.`);
      if (keeping) kept.push(included(includes[include], includes, flags));
    } else if (condition) {
      const [, code, not, name] = condition;
      if (name !== undefined && !(name in flags))
        throw new Error(`The program asks whether ${name}, which nobody said.`);
      const holds = name === undefined || flags[name] !== Boolean(not);
      if (code.trim() === '') keeping = holds;
      else if (keeping && holds) kept.push(code);
    } else if (keeping) kept.push(line);
  }
  return kept.join('\n');
}

function filled(program: string, given: Record<string, Literal>): string {
  return program.replace(/\bgiven\.(\w+)/g, (_, name: string) => {
    if (!(name in given)) throw new Error(`The program reads given.${name}, which nobody gave.`);
    return literal(given[name]);
  });
}

/** A value as Python writes it. */
export function literal(value: Literal): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return value > 0 ? 'float("inf")' : 'float("-inf")';
  return String(value);
}

/**
 * Before each code cell, and before its heading, the helpers that it is the first to use, with
 * those that they use: of one file's as many as are needed, in its order, under its words.
 */
function withHelpers(cells: Cell[]): Cell[] {
  const own = new Set(cells.flatMap(({ kind, text }) => (kind === 'code' ? definedIn(text) : [])));
  const known = new Map(
    helpers().flatMap((helper) =>
      helper.defines.filter((name) => !own.has(name)).map((name) => [name, helper] as const),
    ),
  );
  const there = new Set<Helper>();
  const told = new Set<string>();
  const neededBy = (code: string): Helper[] =>
    [...namesUsed(code)].flatMap((name) => {
      const helper = known.get(name);
      if (!helper || there.has(helper)) return [];
      there.add(helper);
      return [...neededBy(helper.code), helper];
    });
  const result: Cell[] = [];
  let words: Cell[] = [];
  for (const cell of cells) {
    if (cell.kind === 'markdown') {
      words.push(cell);
      continue;
    }
    const needed = neededBy(cell.text);
    for (const file of new Set(needed.map((helper) => helper.file))) {
      const those = needed.filter((helper) => helper.file === file);
      if (those[0].words && !told.has(file))
        result.push({ kind: 'markdown', text: those[0].words });
      told.add(file);
      those.sort((a, b) => a.place - b.place);
      result.push({ kind: 'code', text: those.map(({ code }) => code).join('\n\n\n') });
    }
    result.push(...words, cell);
    words = [];
  }
  return [...result, ...words];
}

const codeOf = (cells: Cell[]) =>
  cells.flatMap(({ kind, text }) => (kind === 'code' ? [text] : [])).join('\n');

/** Words of the code that may be names: no comments, no strings, nothing behind a dot. */
function namesUsed(code: string): Set<string> {
  const bare = code
    .replace(/"""[\s\S]*?"""/g, '')
    .replace(/f?"(?:[^"\\\n]|\\.)*"/g, (string) =>
      string.startsWith('f')
        ? [...string.matchAll(/\{([^}:]*)/g)].map(([, name]) => ` ${name} `).join('')
        : '',
    )
    .replace(/#.*/g, '');
  return new Set([...bare.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)].map(([name]) => name));
}

/** "topK" → "top_k" */
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const own: Record<string, string> = {
  seed: 'what all random numbers are drawn from',
  steps: 'training steps',
};

/** `top_k = 2  # experts per token` for each setting that the code reads. */
function settingLines(settings: Asked['settings'], used: Set<string>): string[] {
  const table: Record<string, Setting> = settingsTable;
  const lines = Object.entries(settings)
    .filter(([name]) => used.has(snake(name)))
    .map(([name, value]) => ({
      code: `${snake(name)} = ${literal(value)}`,
      label: own[name] ?? table[name]?.label,
    }));
  const width = Math.max(...lines.map(({ code }) => code.length));
  return lines.map(({ code, label }) => (label ? `${code.padEnd(width)}  # ${label}` : code));
}

function aboutOf({ lab, caption, lane, address, events = [] }: Asked, chooses: boolean): string {
  const paragraphs = [
    `# The lab “${lab}” of Switchyard, in PyTorch`,
    caption,
    lane && `This is one of its runs: ${lane}.`,
    `Model, data, settings and seed are those of the lab: the first losses are equal, but for rounding.${chooses ? ' Where two experts are nearly tied, a rounding may choose the other one, and from there the two runs part, as they do between two devices.' : ''} The code needs PyTorch and NumPy, and matplotlib for pictures.`,
    address && `The lab with these settings: <${address}>`,
    events.length > 0 &&
      `In the lab, these were changed while it trained: ${events.map(({ step, words }) => `${words} (step ${step})`).join('; ')}. Here the settings stand from the first step on as they stood in the end.`,
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

/** What the reader wrote in TypeScript cannot be turned into PyTorch by itself: it is shown. */
function editsOf({ edits = [] }: Asked): Cell[] {
  if (!edits.length) return [];
  const shown = edits.map(
    ({ file, name, source }) => `\`${name}\` of \`${file}\`:\n\n\`\`\`ts\n${source.trim()}\n\`\`\``,
  );
  const one = edits.length === 1;
  return [
    {
      kind: 'markdown',
      text: [
        '## Code of your own',
        `In the lab you had changed ${one ? 'this declaration' : 'these declarations'}. The code below holds the library’s own in ${one ? 'its' : 'their'} place, so its losses differ from yours until you write the change here, too.`,
        ...shown,
      ].join('\n\n'),
    },
  ];
}
