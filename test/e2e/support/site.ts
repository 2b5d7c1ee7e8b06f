/** The built site as files: its pages, and which labs stand in its chapters. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const dist = 'dist';

export const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((file) =>
  file.replaceAll('\\', '/'),
);

/** Addresses of all pages, relative to the site's root: '' is the map. */
export const pages = files
  .filter((file) => file.endsWith('.html'))
  .map((file) => file.replace(/index\.html$/, ''))
  .toSorted();

export const chapters = pages.filter((path) => /^\d\d-/.test(path));

/** The text of a page, as built. */
export const html = (path: string) =>
  readFileSync(join(dist, path.endsWith('.html') ? path : join(path, 'index.html')), 'utf8');

/** Names of the labs that a page shows. */
export const labsOn = (path: string) => [
  ...new Set([...html(path).matchAll(/data-lab="([^"]+)"/g)].map(([, name]) => name)),
];

/** A chapter with everything: labs, equations, predictions, exercises, notes for teachers. */
export const chapter = '06-collapse-and-balance/';
