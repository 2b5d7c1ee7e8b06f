/**
 * Cells, and the three ways in which they are written: a program in the percent format, which
 * editors run cell by cell and Python runs whole, and a notebook.
 */
import type { Cell } from './types';

/**
 * A program as cells: `# %%` begins a code cell, `# %% [markdown]` one of words, each line a
 * comment. What stands before the first mark is code.
 */
export function cellsOf(program: string): Cell[] {
  const parts = program.split(/^# %%(.*)\n/m);
  const cells: Cell[] = [{ kind: 'code', text: parts[0] }];
  for (let i = 1; i < parts.length; i += 2)
    cells.push(
      parts[i].trim() === '[markdown]'
        ? { kind: 'markdown', text: parts[i + 1].replace(/^# ?/gm, '') }
        : { kind: 'code', text: parts[i + 1] },
    );
  return cells
    .map(({ kind, text }) => ({ kind, text: tidy(text) }))
    .filter(({ text }) => text !== '');
}

const tidy = (text: string) => text.replace(/^\n+|\s+$/g, '').replace(/\n{4,}/g, '\n\n\n');

/** The program that `cellsOf` would make these cells of. */
export const scriptOf = (cells: readonly Cell[]): string =>
  `${cells
    .map(({ kind, text }) =>
      kind === 'code'
        ? `# %%\n${text}`
        : `# %% [markdown]\n${text.replace(/^/gm, '# ').replace(/ +$/gm, '')}`,
    )
    .join('\n\n')}\n`;

/** A line longer than this is data: the notebook folds its cell. */
const longest = 400;

/** The same cells as a notebook: nbformat 4.5, without outputs. */
export function notebookOf(cells: readonly Cell[]): string {
  const written = cells.map(({ kind, text }, i) => {
    const source = text.split(/(?<=\n)/);
    const isData = source.some((line) => line.length > longest);
    const metadata = isData ? { jupyter: { source_hidden: true } } : {};
    const common = { cell_type: kind, id: `cell-${i + 1}`, metadata, source };
    return kind === 'code' ? { ...common, execution_count: null, outputs: [] } : common;
  });
  const notebook = {
    cells: written,
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python' },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}
