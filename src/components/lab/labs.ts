/** The labs by name, each loaded only where it is used: one file under labs/ is one lab. */
import type { LabDescription } from './types';

const files = import.meta.glob<{ default: LabDescription }>('../labs/*.ts');

export const labNames = Object.keys(files).map((file) =>
  file.slice('../labs/'.length, -'.ts'.length),
);

/** Throws a sentence where no lab has that name. */
export async function loadLab(name: string): Promise<LabDescription> {
  const load = files[`../labs/${name}.ts`];
  if (!load)
    throw new Error(
      `There is no lab called ${name}; there are ${[...labNames].sort().join(', ')}.`,
    );
  return (await load()).default;
}
