/** The data collections that author components look things up in, read once per build. */
import { getCollection } from 'astro:content';
import type { Source } from './bibliography';
import type { GlossaryEntry } from './glossary';
import { checkGlossary } from './glossary';

const once = <T>(read: () => Promise<T>) => {
  let result: Promise<T> | undefined;
  return () => {
    if (import.meta.env.DEV || !result) result = read();
    return result;
  };
};

export const allSources = once(async () => {
  const entries = await getCollection('sources');
  return new Map<string, Source>(entries.map(({ id, data }) => [id, data]));
});

export const allTerms = once(async (): Promise<GlossaryEntry[]> => {
  const [terms, stations, chapters] = await Promise.all([
    getCollection('glossary'),
    getCollection('stations'),
    getCollection('chapters'),
  ]);
  const entries = terms.map(({ id, data }) => ({ ...data, id }));
  checkGlossary(
    entries,
    [...stations, ...chapters].map(({ id }) => id),
  );
  return entries;
});
