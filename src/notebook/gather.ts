/**
 * What edits of some files will need of the library: all that can be done before the reader's own
 * text is known. A worker gathers while the reader still types.
 */
import { between, finderOf, importsOf } from './graph';
import { scriptOf } from './script';

export type Module = Record<string, unknown>;

export interface Library {
  /** The text of a file of src/model; undefined outside. */
  read(file: string): Promise<string | undefined>;
  /** The module of a file, as the library has it. */
  load(file: string): Promise<Module>;
}

export interface Gathered {
  /** Files to be evaluated anew: the edited ones, and those between them and the experiment. */
  anew: Set<string>;
  /** Their texts, as the library has them. */
  texts: Map<string, string>;
  /** Scripts of those that no edit changes, and of what joins an edited file's functions to kernels. */
  scripts: Map<string, string>;
  /** Files whose copies join nothing to a kernel. */
  joining: Set<string>;
  /** The library's modules that all these ask for. */
  modules: Map<string, Module>;
}

const kept = new WeakMap<Library, Map<string, Promise<Gathered>>>();

/** Gathered once for each experiment and set of files. Rejects with a sentence. */
export function gather(
  experimentFile: string,
  files: string[],
  library: Library,
): Promise<Gathered> {
  const ready = kept.get(library) ?? new Map<string, Promise<Gathered>>();
  kept.set(library, ready);
  const key = [experimentFile, ...files].join();
  const gathered = ready.get(key) ?? gatherNow(experimentFile, files, library);
  ready.set(key, gathered);
  gathered.catch(() => ready.delete(key));
  return gathered;
}

async function gatherNow(
  experimentFile: string,
  files: string[],
  library: Library,
): Promise<Gathered> {
  const anew = await between(experimentFile, files, library.read);
  if (!anew.has(experimentFile))
    throw new Error(
      `The experiment of this lab makes no use of ${files.join(' and ')}: an edit there would change nothing.`,
    );
  const texts = new Map<string, string>();
  const scripts = new Map<string, string>();
  const joining = new Set<string>();
  const needed = new Set(files.flatMap((file) => finderOf(file) ?? []));
  for (const file of anew) {
    const text = await library.read(file);
    if (text === undefined) continue;
    texts.set(file, text);
    for (const target of importsOf(file, text)) if (!anew.has(target)) needed.add(target);
    if (!files.includes(file) && !isFinder(text)) scripts.set(file, scriptOf(text, file));
  }
  // What joins a function to its kernel would join the reader's to the library's: a copy does not.
  for (const file of files)
    for (const target of importsOf(file, texts.get(file) ?? '')) {
      const text = anew.has(target) ? undefined : await library.read(target);
      if (!text || !/\btf\.fused[<(]/.test(text)) continue;
      joining.add(target);
      scripts.set(target, scriptOf(text, target));
      for (const next of importsOf(target, text)) needed.add(next);
    }
  const modules = new Map<string, Module>();
  await Promise.all(
    [...needed].map(async (file) => {
      // The mark is what a script made of a module asks for, to tell it from one that is not.
      modules.set(file, { ...(await library.load(file)), __esModule: true });
    }),
  );
  return { anew, texts, scripts, joining, modules };
}

/** A file that finds its members by looking has no script: it is put together from its module. */
export const isFinder = (text: string) => text.includes('import.meta.glob');
