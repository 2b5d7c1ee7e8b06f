/** Which files of the library lead to an edited one: those must be read anew, and no others. */

/** Paths from the project's root ("src/model/x.ts") → text. */
export type Sources = Record<string, string>;

const statements =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s*)?['"](\.[^'"\n]+)['"]/g;

/** Paths of the files that a text imports values from. */
export const importsOf = (file: string, text: string): string[] =>
  [...text.matchAll(statements)]
    .filter(([, type]) => !type)
    .map(([, , from]) => resolved(file, from));

/** "src/model/a/b.ts" and "../c" → "src/model/c.ts". */
export function resolved(file: string, from: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const path = parts.join('/');
  return /\.\w+$/.test(path) ? path : `${path}.ts`;
}

/** Folders whose members are found by looking, and the file that looks. */
const looked: Record<string, string> = {
  'src/model/routers/': 'src/model/registry.ts',
  'src/model/balancing/': 'src/model/registry.ts',
  'src/model/optimizers/': 'src/model/registry.ts',
  'src/model/tasks/': 'src/model/tasks/index.ts',
};

/** The file that finds the members of an edited file's folder, if it is one. */
export const finderOf = (file: string): string | undefined =>
  Object.entries(looked).find(([folder]) => isMember(file, folder))?.[1];

const isMember = (file: string, folder: string) =>
  file.startsWith(folder) && !file.slice(folder.length).includes('/');

/**
 * The files between `from` and the edited ones, both included: every way from the one to the
 * others. `read` gives a file's text; files outside the library have none and lead nowhere.
 */
export async function between(
  from: string,
  edited: string[],
  read: (file: string) => Promise<string | undefined>,
): Promise<Set<string>> {
  const goals = new Set(edited.flatMap((file) => [file, finderOf(file) ?? file]));
  const importers = new Map<string, Set<string>>();
  const seen = new Set([from]);
  // Each text is a file to fetch: as many at once as can be named.
  for (let next = [from]; next.length; ) {
    const texts = await Promise.all(next.map(read));
    const targets = new Set<string>();
    for (const [i, file] of next.entries())
      for (const target of importsOf(file, texts[i] ?? '')) {
        importers.set(target, (importers.get(target) ?? new Set()).add(file));
        targets.add(target);
      }
    next = [...targets].filter((target) => !seen.has(target));
    for (const file of next) seen.add(file);
  }
  const found = new Set([...goals].filter((goal) => seen.has(goal) || edited.includes(goal)));
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
  return found;
}
