/** What is written of a lab: a valid notebook and a script of the same cells, with a reader's own words. */
import { describe, expect, it } from 'vitest';
import { experimentNames } from '../../../src/model/experiments';
import {
  notebookOf,
  scriptOf,
  writerOf,
  writtenCells,
  writtenNames,
} from '../../../src/notebook/pytorch';
import { cellsOf } from '../../../src/notebook/pytorch/cells';
import { compose, literal } from '../../../src/notebook/pytorch/compose';
import { helpers, partOf } from '../../../src/notebook/pytorch/parts';
import type { Asked } from '../../../src/notebook/pytorch/types';
import { askedOf, labs, variantsOf } from './labs';

const fit = labs.find(({ name }) => name === 'fit')!;
const collapse = labs.find(({ name }) => name === 'collapse')!;
const usual = (lab: (typeof labs)[number]) => askedOf(lab, variantsOf(lab)[0], lab.lastStep);

describe.each(labs)('lab $name', (lab) => {
  it('has a notebook that is valid, and a script of the same cells', async () => {
    const writer = await writerOf(lab.experiment);
    // A lab that trains nothing, or one whose experiment nobody has written down yet.
    if (!writer || 'none' in writer) return;
    const cells = await writtenCells(usual(lab));
    const notebook = JSON.parse(notebookOf(cells));
    expect(faults(notebook)).toEqual([]);
    const inNotebook = notebook.cells.map((cell: { cell_type: string; source: string[] }) => ({
      kind: cell.cell_type,
      text: cell.source.join(''),
    }));
    expect(cellsOf(scriptOf(cells))).toEqual(inNotebook);
    expect(inNotebook).toEqual(cells);
    expect(cells[0].text).toContain(`# The lab “${lab.name}”`);
    for (const { kind, text } of cells) {
      expect(text, 'a directive that was left').not.toMatch(/#\+|#\?|\bgiven\.|^#: /m);
      if (kind === 'markdown') expect(text).not.toMatch(/undefined|\[object/);
    }
  });
});

it('can be had of the labs of these experiments', async () => {
  expect(experimentNames).toEqual(expect.arrayContaining(writtenNames));
  for (const name of ['one-hidden-layer', 'depth-race', 'crowd', 'three-errors', 'router-zoo'])
    expect(writtenNames).toContain(name);
  for (const name of ['moe-balance', 'domain-mixture', 'decoder'])
    expect(writtenNames).toContain(name);
});

it('offers a part for every member that a lab with a notebook lets a reader choose', async () => {
  const missing: string[] = [];
  for (const lab of labs) {
    const writer = await writerOf(lab.experiment);
    if (!writer || 'none' in writer) continue;
    for (const variant of variantsOf(lab))
      await writtenCells(askedOf(lab, variant, 10)).catch((error: Error) =>
        missing.push(`${variant.name}: ${error.message}`),
      );
  }
  expect(missing).toEqual([]);
});

it('gives no name to two helpers', () => {
  const names = helpers().flatMap(({ defines }) => defines);
  expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
});

it('says which part a new member lacks', () => {
  expect(() => partOf('routers', 'of-tomorrow')).toThrow(
    'The router "of-tomorrow" has not been written in PyTorch yet: its place is src/notebook/pytorch/routers/of-tomorrow.py.',
  );
});

it('says that a lab of tomorrow has none yet', async () => {
  await expect(writtenCells({ ...usual(fit), experiment: 'of-tomorrow' })).rejects.toThrow(
    'The lab fit has not been written in PyTorch yet.',
  );
});

it('holds the settings that the code reads, and no others', async () => {
  const cells = await writtenCells({ ...usual(collapse), seed: 7 });
  const settings = cells.find(({ kind, text }) => kind === 'code' && text.includes('import'))!.text;
  expect(settings).toMatch(/^top_k = 2 +# experts per token$/m);
  expect(settings).toMatch(/^seed = 7 /m);
  expect(settings).not.toMatch(/^(balancer|bias_rate|jitter)\b/m);
  const with_ = await writtenCells({
    ...usual(collapse),
    settings: { ...usual(collapse).settings, balancer: 'bias', biasRate: 0.01 },
  });
  expect(with_.map(({ text }) => text).join('\n')).toMatch(/^bias_rate = 0.01 /m);
});

it('shows what the reader has changed, and says what became of it', async () => {
  const asked: Asked = {
    ...usual(collapse),
    address: 'https://example.org/06-collapse-and-balance/?collapse.topK=1',
    lane: 'the first',
    edits: [
      { file: 'src/model/balancing/switch.ts', name: 'loss', source: 'function loss() {}\n' },
    ],
    events: [{ step: 300, words: 'balancer: Switch loss' }],
  };
  const words = (await writtenCells(asked))
    .flatMap(({ kind, text }) => (kind === 'markdown' ? [text] : []))
    .join('\n');
  expect(words).toContain('`loss` of `src/model/balancing/switch.ts`');
  expect(words).toContain('```ts\nfunction loss() {}\n```');
  expect(words).toContain('The code below holds the library’s own in its place');
  expect(words).toContain('balancer: Switch loss (step 300)');
  expect(words).toContain('<https://example.org/06-collapse-and-balance/?collapse.topK=1>');
  expect(words).toContain('This is one of its runs: the first.');
});

it('puts a program together', () => {
  const program = `a = 1  #? one
b = 2  #? not one
#? two
c = given.list
#?
#+ more
d = e
`;
  const text = (flags: Record<string, boolean>) =>
    compose(program, usual(fit), {
      flags,
      includes: { more: 'e = 5  #? one' },
      given: { list: [1, 'x', null] },
    }).at(-1)!.text;
  expect(text({ one: true, two: false })).toBe('a = 1\ne = 5\nd = e');
  expect(text({ one: false, two: true })).toBe('b = 2\nc = [1, "x", None]\n\nd = e');
  expect(() => text({ one: true })).toThrow('The program asks whether two, which nobody said.');
  expect(literal([true, Number.NaN, Infinity, -1.5])).toBe(
    '[True, float("nan"), float("inf"), -1.5]',
  );
});

/** What nbformat 4.5 asks of a notebook and this one lacks. */
function faults(notebook: Record<string, unknown>): string[] {
  const found: string[] = [];
  const expected = (holds: unknown, words: string) => {
    if (!holds) found.push(words);
  };
  const isObject = (value: unknown) => typeof value === 'object' && value !== null;
  expected(notebook.nbformat === 4 && notebook.nbformat_minor === 5, 'nbformat 4.5');
  expected(
    Object.keys(notebook).sort().join() === 'cells,metadata,nbformat,nbformat_minor',
    'four keys',
  );
  expected(isObject(notebook.metadata), 'metadata');
  const cells = notebook.cells as Record<string, unknown>[];
  expected(new Set(cells.map(({ id }) => id)).size === cells.length, 'ids of their own');
  const keys: Record<string, string> = {
    markdown: 'cell_type,id,metadata,source',
    code: 'cell_type,execution_count,id,metadata,outputs,source',
  };
  for (const cell of cells) {
    expected(
      Object.keys(cell).sort().join() === keys[String(cell.cell_type)],
      `keys of ${cell.id}`,
    );
    expected(/^[a-zA-Z0-9-_]{1,64}$/.test(String(cell.id)), `id ${cell.id}`);
    expected(isObject(cell.metadata), `metadata of ${cell.id}`);
    const source = cell.source as string[];
    expected(
      Array.isArray(source) &&
        source.every((line, i) => line.endsWith('\n') === i < source.length - 1 && line !== ''),
      `lines of ${cell.id}`,
    );
    if (cell.cell_type === 'code')
      expected(
        cell.execution_count === null && Array.isArray(cell.outputs) && !cell.outputs.length,
        `no outputs of ${cell.id}`,
      );
  }
  return found;
}
