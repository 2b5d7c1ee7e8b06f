/** The released models whose configurations lie in released/, one file each. */
import type { Architecture } from './architecture';
import { readConfig } from './read-config';

export interface ReleasedModel {
  /** File name, without the ending. */
  name: string;
  model: string;
  /** Where the configuration was read. */
  source: string;
  /** Key in src/content/sources.bib. */
  cite: string;
  /** As the authors say, in billions. */
  published: { total: number; active: number };
  /** Weights that the published checkpoint holds, where known. */
  storedParameters?: number;
  note?: string;
  config: unknown;
  architecture: Architecture;
}

type Stored = Omit<ReleasedModel, 'name' | 'architecture'>;

const files = import.meta.glob<Stored>('./released/*.json', { eager: true, import: 'default' });

/** Models that were released, as their own configurations describe them, in order of their names. */
export const released: ReleasedModel[] = Object.entries(files)
  .map(([path, stored]) => ({
    ...stored,
    name: path.replace('./released/', '').replace('.json', ''),
    architecture: readConfig(stored.config),
  }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));
