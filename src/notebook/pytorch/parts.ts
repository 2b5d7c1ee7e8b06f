/**
 * The Python that programs are put together from, one file a thing: members of the library under
 * the names they have there, and helpers, which a program gets where it first uses them.
 */
import { cellsOf } from './cells';

const files = import.meta.glob<string>('./*/*.py', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** What the sentence about a missing file calls one of a folder. */
const kinds: Record<string, string> = {
  routers: 'router',
  balancing: 'balancer',
  tasks: 'task',
  curves: 'curve',
};

/** Names of what a folder holds. */
export const namesIn = (folder: string): string[] =>
  Object.keys(files).flatMap((path) => {
    const [, where, name] = path.match(/^\.\/(.+)\/(.+)\.py$/)!;
    return where === folder ? [name] : [];
  });

/** The Python of a member. Throws a sentence where there is none. */
export function partOf(folder: string, name: string): string {
  const found = files[`./${folder}/${name}.py`];
  if (found !== undefined) return found;
  throw new Error(
    `The ${kinds[folder] ?? folder} "${name}" has not been written in PyTorch yet: its place is src/notebook/pytorch/${folder}/${name}.py.`,
  );
}

/** One definition of a file of helpers. */
export interface Helper {
  file: string;
  /** Its place in the file. */
  place: number;
  code: string;
  /** Names it gives. */
  defines: string[];
  /** What the file says above all of them, if anything. */
  words?: string;
}

/** All helpers: two empty lines stand between two of a file. */
export const helpers = (): Helper[] =>
  namesIn('parts').flatMap((file) => {
    const cells = cellsOf(partOf('parts', file));
    const words = cells.find(({ kind }) => kind === 'markdown')?.text;
    const code = cells.flatMap(({ kind, text }) => (kind === 'code' ? [text] : [])).join('\n\n\n');
    return code
      .split('\n\n\n')
      .map((text, place) => ({ file, place, code: text, defines: definedIn(text), words }));
  });

/** Names that a program gives to functions, classes and constants. */
export const definedIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/^(?:(?:def|class) (\w+)|(\w+(?:, \w+)*) = )/gm)].flatMap(
      ([, one, several]) => (one ? [one] : several.split(', ')),
    ),
  ),
];
