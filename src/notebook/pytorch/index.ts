/** Labs in PyTorch: one file of a theme's folder under experiments/ writes one experiment. */
import { notebookOf, scriptOf } from './cells';
import { compose } from './compose';
import type { Asked, Cell, NoWriter, Writer } from './types';

export type { Asked, Cell } from './types';
export { notebookOf, scriptOf };

const files = import.meta.glob<{ default: Writer | NoWriter }>('./experiments/*/*.ts');

const loaders = new Map(
  Object.entries(files).map(([path, load]) => [path.replace(/^.*\/(.+)\.ts$/, '$1'), load]),
);

/** The experiments that can be written in PyTorch, or say why they cannot. */
export const writtenNames = [...loaders.keys()].sort();

/** What writes an experiment, if anything does. */
export const writerOf = async (experiment = ''): Promise<Writer | NoWriter | undefined> =>
  (await loaders.get(experiment)?.())?.default;

/** The cells of a run. Throws a sentence where it cannot be written down. */
export async function writtenCells(asked: Asked): Promise<Cell[]> {
  const writer = await writerOf(asked.experiment);
  if (!writer) throw new Error(`The lab ${asked.lab} has not been written in PyTorch yet.`);
  if ('none' in writer) throw new Error(writer.none);
  return compose(writer.program, asked, (await writer.fill?.(asked)) ?? {});
}
