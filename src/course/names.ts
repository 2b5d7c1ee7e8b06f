/** The library's names for the editor: what each is, in a line. */
import { type Entry, type Scope, scopes } from '../../scripts/library.mjs';
import { marks } from '../notebook/free/protocol';
import { library } from './library';

export interface NameWords {
  /** A signature without its name, or what it is ("Router"). */
  is?: string;
  /** One sentence, and those that say shapes. */
  words?: string;
  /** Names behind a dot. */
  in?: Record<string, NameWords>;
}

export interface Names {
  /** Of src/model/index.ts. */
  door: Record<string, NameWords>;
  plot: Record<string, NameWords>;
  /** What stands at hand in each file: a name of the door, or words of its own. */
  files: Record<string, Record<string, string | NameWords>>;
}

export function names(): Names {
  const entries = library().flatMap((section) => section.entries);
  const values = entries.filter(({ text }) => text === undefined);
  return {
    door: Object.fromEntries(values.map((entry) => [entry.name, entryWords(entry)])),
    plot: {
      Plot: {
        words: 'Observable Plot: its marks, and plot.',
        in: Object.fromEntries([
          ...marks.map((mark) => [
            mark,
            { is: mark === 'frame' ? '(options)' : '(rows, { x, y, … })' },
          ]),
          ['plot', { is: '({ marks, x, y, color, … })' }],
        ]),
      },
      display: { is: '(value, name?)', words: 'Shows a value on the way, and gives it back.' },
    },
    files: Object.fromEntries(
      Object.entries(scopes()).map(([file, scope]) => [file, scopeWords(scope)]),
    ),
  };
}

const entryWords = ({
  name,
  contract,
  doc,
  words,
  signatures,
  parts,
  others,
}: Entry): NameWords => {
  const members = parts.length
    ? [...others.map((other) => ({ ...other, doc: '', words: '', signatures: [other] })), ...parts]
    : contract
      ? signatures.map((each) => ({ name: each.name, doc: '', words: '', signatures: [each] }))
      : [];
  return said(
    contract ?? tail(name, signatures[0]?.text),
    [words, ...shapes(doc, words)].join(' '),
    Object.fromEntries(
      members.map((part) => [
        part.name,
        said(
          tail(part.name, part.signatures[0]?.text),
          [part.words, ...shapes(part.doc, part.words)].join(' '),
        ),
      ]),
    ),
  );
};

const scopeWords = (scope: Scope) =>
  Object.fromEntries(
    Object.entries(scope).map(([name, given]) => [
      name,
      typeof given === 'string'
        ? given
        : said(
            tail(name, given.signatures[0]?.text),
            [given.words, ...shapes(given.doc, given.words)].join(' '),
          ),
    ]),
  );

const said = (is: string, words: string, inside: Record<string, NameWords> = {}): NameWords => ({
  ...(is && { is }),
  ...(words && { words }),
  ...(Object.keys(inside).length && { in: inside }),
});

/** "(mask: Tensor2D, topK: number): Tensor1D" on one line. */
const tail = (name: string, signature = '') =>
  signature
    .slice(signature.startsWith(name) ? name.length : 0)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\( | \)|,(?= \))/g, (mark) => mark.trim().replace(',', ''));

/** Sentences after the first that hold brackets: "x [tokens, dim] → routing [tokens, experts]." */
const shapes = (doc: string, first: string): string[] =>
  doc
    .replaceAll(/\s+/g, ' ')
    .slice(first.length)
    .split(/(?<=\.) /)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /\[[\w ,·*/]+\]/.test(sentence));
