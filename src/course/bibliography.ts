/** BibTeX → what the pages print: authors, year, title, where it appeared, an address. */
import { Cite } from '@citation-js/core';
import '@citation-js/plugin-bibtex';

export interface Author {
  family: string;
  given?: string;
}

export interface Source {
  authors: Author[];
  year: string;
  title: string;
  /** "Neural Networks 6(6), 861–867": journal or proceedings, volume, pages. */
  where: string;
  url?: string;
}

interface Csl {
  id: string;
  author?: {
    family?: string;
    given?: string;
    literal?: string;
    'non-dropping-particle'?: string;
  }[];
  issued?: { 'date-parts': number[][] };
  title?: string;
  'container-title'?: string;
  publisher?: string;
  volume?: string;
  issue?: string;
  page?: string;
  DOI?: string;
  URL?: string;
}

/** All entries by key. Throws where an entry lacks author, year or title. */
export function parseBibliography(bibtex: string): Record<string, Source & { id: string }> {
  const entries = new Cite(bibtex).data as Csl[];
  return Object.fromEntries(entries.map((entry) => [entry.id, { id: entry.id, ...parsed(entry) }]));
}

function parsed(entry: Csl): Source {
  const authors = (entry.author ?? []).map((name) => ({
    family: [name['non-dropping-particle'], name.family ?? name.literal].filter(Boolean).join(' '),
    ...(name.given && { given: name.given }),
  }));
  const year = entry.issued?.['date-parts'][0]?.[0];
  for (const [what, there] of Object.entries({ author: authors.length, year, title: entry.title }))
    if (!there) throw new Error(`src/content/sources.bib: the entry ${entry.id} has no ${what}.`);
  return {
    authors,
    year: String(year),
    title: entry.title!,
    where: where(entry),
    url: entry.DOI ? `https://doi.org/${entry.DOI}` : entry.URL,
  };
}

function where(entry: Csl): string {
  const place = entry['container-title'] ?? entry.publisher ?? '';
  const volume = (entry.volume ?? '') + (entry.issue ? `(${entry.issue})` : '');
  const start = [place, volume].filter(Boolean).join(' ');
  return [start, entry.page?.replace(/-+/g, '–')].filter(Boolean).join(', ');
}

const isOthers = (author: Author) => author.family === 'others';

/** "Fedus, Zoph & Shazeer" for a note: up to three names, else the first and "et al.". */
export function shortAuthors(authors: Author[]): string {
  const names = authors.filter((author) => !isOthers(author)).map((author) => author.family);
  if (names.length > 3 || names.length < authors.length) return `${names[0]} et al.`;
  return listed(names);
}

/** "W. Fedus, B. Zoph & N. Shazeer": every name that the entry gives. */
export function allAuthors(authors: Author[]): string {
  const names = authors.filter((author) => !isOthers(author)).map(fullName);
  return names.length < authors.length ? `${names.join(', ')} et al.` : listed(names);
}

/** Initials keep their hyphens: "Jean-Baptiste" is "J.-B.". */
function fullName({ given, family }: Author): string {
  if (!given) return family;
  const initials = given
    .split(/\s+/)
    .map((word) =>
      word
        .split('-')
        .map((part) => `${part[0].toUpperCase()}.`)
        .join('-'),
    )
    .join(' ');
  return `${initials} ${family}`;
}

const listed = (names: string[]) =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} & ${names.at(-1)}`;
