/** The labs by name, each loaded only where it is used: one file of a theme's folder is one lab. */
import { arriving } from './arrives';
import type { LabDescription } from './types';

const files = import.meta.glob<{ default: LabDescription }>('../labs/*/*.ts');

const loaders = new Map(
  Object.entries(files).map(([path, load]) => [path.replace(/^.*\/(.+)\.ts$/, '$1'), load]),
);

export const labNames = [...loaders.keys()].sort();

/** Throws a sentence where no lab has that name. */
export async function loadLab(name: string): Promise<LabDescription> {
  const load = loaders.get(name);
  if (!load) throw new Error(`There is no lab called ${name}; there are ${labNames.join(', ')}.`);
  return (await arriving(load)).default;
}
