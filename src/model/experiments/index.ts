/** The experiments by name, each loaded only where it runs: one file of a theme's folder is one. */
import type { Experiment } from './types';

const files = import.meta.glob<{ default?: Experiment }>('./*/*.ts');

/** Name → what loads it. A theme's helpers stand in its `shared` folder and are no experiments. */
const loaders = new Map(
  Object.entries(files).map(([path, load]) => [path.replace(/^.*\/(.+)\.ts$/, '$1'), load]),
);

export const experimentNames = [...loaders.keys()].sort();

/** Throws a sentence where no experiment has that name. */
export async function loadExperiment(name = ''): Promise<Experiment> {
  const found = (await loaders.get(name)?.())?.default;
  if (found) return found;
  throw new Error(
    `There is no experiment called ${name}; there are ${experimentNames.join(', ')}.`,
  );
}
