/** At build: the recorded runs of a lab. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRun } from '../lab/types';

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
    .map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as RecordedRun)
    .sort((a, b) => isDefault(a) - isDefault(b) || a.variant.localeCompare(b.variant));
}
