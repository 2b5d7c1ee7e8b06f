/**
 * Names of the library as one types, with what they are: the door's where a cell is free, those of
 * its file where a declaration is edited. The list is a file of the site, fetched when first needed.
 */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Names, NameWords } from '../../course/names';

/** Completes `name` and `name.member`. Without the list there is nothing to complete. */
export function libraryCompletions(file?: string) {
  let list: Promise<Record<string, NameWords>> | undefined;
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const path = context.matchBefore(/(?:[\w$]+\.)?[\w$]*$/);
    if (!path || (path.from === path.to && !context.explicit)) return null;
    // A name after a dot of something else is nobody's here.
    if (context.state.sliceDoc(path.from - 1, path.from) === '.') return null;
    list ??= fetched(file).catch(() => {
      list = undefined;
      return {};
    });
    const names = await list;
    const [first, second] = path.text.split('.');
    if (second === undefined)
      return { from: path.from, options: Object.entries(names).map(option), validFor: /^[\w$]*$/ };
    const { in: members } = names[first] ?? {};
    if (!members) return null;
    return {
      from: path.from + first.length + 1,
      options: Object.entries(members).map(option),
      validFor: /^[\w$]*$/,
    };
  };
}

const option = ([label, { is, words, in: members }]: [string, NameWords]): Completion => ({
  label,
  detail: is,
  info: words || undefined,
  type: members ? 'namespace' : is?.startsWith('(') ? 'function' : 'variable',
});

/** The names of a file in scope, or the door's. */
async function fetched(file?: string): Promise<Record<string, NameWords>> {
  const root = new URL(document.documentElement.dataset.root ?? '/', location.href);
  const { door, files, plot }: Names = await (
    await fetch(new URL('library/names.json', root))
  ).json();
  if (!file) return { ...door, ...plot };
  return Object.fromEntries(
    Object.entries(files[file] ?? {}).map(([name, said]) => [
      name,
      typeof said === 'string' ? (door[said] ?? { is: '' }) : said,
    ]),
  );
}
