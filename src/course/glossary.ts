/** Finding a glossary entry by its key or by any of the words that mean it. */
import { nearest } from './nearest';

export interface GlossaryEntry {
  id: string;
  title: string;
  text: string;
  also: string[];
  symbol?: string;
  chapter?: string;
  see: string[];
}

/** Case, hyphens and a plural s do not matter. */
const plain = (words: string) =>
  words
    .toLowerCase()
    .replace(/[-‐\s]+/g, ' ')
    .trim();
const forms = (words: string) => {
  const base = plain(words);
  const singular = base.endsWith('ies') ? `${base.slice(0, -3)}y` : base.replace(/s$/, '');
  return [base, singular, base.replace(/es$/, '')];
};

/** The entry that the words name, or undefined. */
export function findEntry(words: string, entries: GlossaryEntry[]): GlossaryEntry | undefined {
  const names = (entry: GlossaryEntry) => [entry.id, entry.title, ...entry.also].map(plain);
  for (const form of forms(words)) {
    const found = entries.find((entry) => names(entry).includes(form));
    if (found) return found;
  }
}

/** Throws a sentence with the nearest keys. */
export function entryOf(words: string, entries: GlossaryEntry[], file: string): GlossaryEntry {
  const found = findEntry(words, entries);
  if (found) return found;
  throw new Error(
    `${file}: the glossary has no entry for the term “${words}”. ${nearest(
      plain(words),
      entries.flatMap((entry) => [entry.id, ...entry.also]),
    )}`,
  );
}

/** Keys under `see` and stations that do not exist would be dead links. */
export function checkGlossary(entries: GlossaryEntry[], stations: string[]): void {
  const keys = entries.map((entry) => entry.id);
  for (const entry of entries) {
    const where = `src/content/glossary.yaml: the entry ${entry.id}`;
    for (const key of entry.see)
      if (!keys.includes(key))
        throw new Error(`${where} points to ${key}, which does not exist. ${nearest(key, keys)}`);
    if (entry.chapter && !stations.includes(entry.chapter))
      throw new Error(
        `${where} names the station ${entry.chapter}, which does not exist. ${nearest(entry.chapter, stations)}`,
      );
  }
}
