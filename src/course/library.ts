/** The library's entries as pages have them: checked, with their words made into HTML. */
import { type Entry, library as readLibrary, type Section } from '../../scripts/library.mjs';
import { type Source, shortAuthors } from './bibliography';
import { escaped } from './rich-text';

export type { Entry, Section };

/** Sentences, for whoever writes the library, of what an entry does not say about itself. */
export function undocumented({ name, file, words, parts }: Entry): string[] {
  const mend =
    'Write a doc comment /** … */ above it: one sentence on what it is, then shapes, errors, source.';
  return [
    ...(words
      ? []
      : [`${file}: ${name}, which src/model/index.ts exports, has no doc comment. ${mend}`]),
    ...parts
      .filter((part) => !part.words)
      .map((part) => `${file}: ${name}.${part.name} has no doc comment. ${mend}`),
  ];
}

/** The sections of the door. Throws the first of what `undocumented` finds. */
export function library(): Section[] {
  const sections = readLibrary();
  const [missing] = sections.flatMap(({ entries }) => entries).flatMap(undocumented);
  if (missing) throw new Error(missing);
  return sections;
}

/** Address of an entry by its name in the door. */
export const addressOf = (section: Section, name: string) => `/library/${section.slug}/#${name}`;

/**
 * A doc comment as paragraphs: code in backticks, shapes as code, keys of the bibliography as links
 * to the page of sources.
 */
export function docHtml(doc: string, sources: Map<string, Source>): string {
  return doc
    .split(/\n\n+/)
    .map((paragraph) => `<p>${inline(paragraph.replaceAll('\n', ' '), sources)}</p>`)
    .join('');
}

/** One sentence or paragraph of it. */
export const inline = (text: string, sources: Map<string, Source>): string =>
  text
    .split(/(`[^`]+`)/)
    .map((part, i) => (i % 2 ? `<code>${escaped(part.slice(1, -1))}</code>` : prose(part, sources)))
    .join('');

/** "[tokens, experts]", "[layers, tokens · k]": brackets that hold names or numbers of axes. */
const shape = /\[[\w ,.·*/+−-]+\]/g;

const prose = (text: string, sources: Map<string, Source>): string =>
  escaped(text)
    .replaceAll(shape, (brackets) => `<code>${brackets}</code>`)
    .replaceAll(/\b[a-z]+\w*\b/g, (word) => {
      const source = sources.get(word);
      return source
        ? `<a href="/sources/#${word}">${escaped(`${shortAuthors(source.authors)} ${source.year}`)}</a>`
        : word;
    });

/** A signature with the names of contracts linked to where they stand. */
export const signatureHtml = (text: string, contracts: Set<string>): string =>
  escaped(text).replaceAll(/\b[A-Z]\w+\b/g, (word) =>
    contracts.has(word) ? `<a href="/library/contracts/#${word}">${word}</a>` : word,
  );
