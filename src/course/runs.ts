/** At build: the recorded runs of a lab. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadLab } from '../lab/labs';
import { restored } from '../lab/restored';
import type { RecordedRun } from '../lab/types';
import type { Outline } from './outline';

/** In alphabetical order, "default" first. */
export function loadRuns(
  lab: string,
  folder = join(process.cwd(), 'public', 'runs'),
): RecordedRun[] {
  const path = join(folder, lab);
  if (!existsSync(path)) return [];
  const isDefault = (run: RecordedRun) => Number(run.variant !== 'default');
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => restored(JSON.parse(readFileSync(join(path, name), 'utf8')) as RecordedRun))
    .sort((a, b) => isDefault(a) - isDefault(b) || a.variant.localeCompare(b.variant));
}

/** "lab/run" of every recorded run that a chapter's figures show, in front or behind. */
export async function shownRuns({ shown }: Pick<Outline, 'shown'>): Promise<string[]> {
  const all = shown.map(async ({ lab, run }) => {
    const { behind = [] } = await loadLab(lab);
    return [run, ...behind].map((variant) => `${lab}/${variant}`);
  });
  return (await Promise.all(all)).flat();
}
