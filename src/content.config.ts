/** The contracts of everything under src/content. docs/authoring.md says them in words. */

import { defineCollection } from 'astro:content';
import { file, glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { load } from 'js-yaml';
import { parseBibliography } from './course/bibliography';

const stationId = z
  .string()
  .regex(/^\d\d-[a-z0-9-]+$/, 'A station is written as its file name: "05-sparse-gates".');
const line = z.number().int().min(1);

const chapters = defineCollection({
  loader: glob({ base: './src/content/chapters', pattern: '*.mdx' }),
  schema: z.strictObject({
    number: z.number().int().min(1),
    title: z.string(),
    question: z.string().endsWith('?', 'The question ends with a question mark.'),
    lede: z.string(),
    line,
    minutes: z.number().int().positive(),
    needs: z.array(stationId),
    summary: z.string().max(180, 'The summary has at most 180 characters.'),
    status: z.enum(['open', 'draft']).default('open'),
    teacher: z
      .strictObject({
        goals: z.array(z.string()).default([]),
        misconceptions: z.array(z.string()).default([]),
        skip: z.string().optional(),
        notes: z.string().optional(),
      })
      .optional(),
  }),
});

/** Rows of a list under `key`, by id: what the loaders of stations.yaml read. */
const section = (key: string, id: string) => (text: string) => {
  const rows = (load(text) as Record<string, Record<string, unknown>[]>)[key];
  return Object.fromEntries(rows.map((row) => [String(row[id]), row]));
};

const lines = defineCollection({
  loader: file('src/content/stations.yaml', { parser: section('lines', 'number') }),
  schema: z.strictObject({ number: line, name: z.string() }),
});

const stations = defineCollection({
  loader: file('src/content/stations.yaml', { parser: section('stations', 'id') }),
  schema: z.strictObject({
    id: stationId,
    line,
    title: z.string(),
    question: z.string(),
    needs: z.array(stationId),
  }),
});

const glossary = defineCollection({
  loader: file('src/content/glossary.yaml'),
  schema: z.object({
    title: z.string(),
    text: z.string(),
    also: z.array(z.string()).default([]),
    symbol: z.string().optional(),
    chapter: stationId.optional(),
    see: z.array(z.string()).default([]),
  }),
});

const sources = defineCollection({
  loader: file('src/content/sources.bib', {
    parser: (text) => Object.values(parseBibliography(text)).map((source) => ({ ...source })),
  }),
  schema: z.object({
    authors: z.array(z.object({ family: z.string(), given: z.string().optional() })),
    year: z.string(),
    title: z.string(),
    where: z.string(),
    url: z.string().optional(),
  }),
});

const models = defineCollection({
  loader: file('src/content/models.yaml'),
  schema: z.object({
    name: z.string(),
    year: z.number().int(),
    /** Billions of parameters; active is per token. */
    total: z.number().optional(),
    active: z.number().optional(),
    experts: z.number().int(),
    topK: z.number().int(),
    shared: z.number().int(),
    layers: z.number().int().optional(),
    dense: z.number().int().optional(),
    every: z.number().int().optional(),
    attention: z.string().optional(),
    source: z.string(),
    basis: z.enum(['report', 'configuration']),
    note: z.string().optional(),
  }),
});

export const collections = { chapters, lines, stations, glossary, sources, models };
