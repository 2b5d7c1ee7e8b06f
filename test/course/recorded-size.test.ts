/** A reader of one chapter fetches its recorded runs: together they stay small. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { outlineOf } from '../../src/course/outline';

const root = join(import.meta.dirname, '../..');
const chapters = join(root, 'src/content/chapters');
const runs = join(root, 'public/runs');
const most = 600_000;

/** Bytes of all recorded runs of a lab, as a server sends them. */
function sizeOf(lab: string): number {
  const files = readdirSync(join(runs, lab)).map((name) => readFileSync(join(runs, lab, name)));
  return files.reduce((sum, file) => sum + gzipSync(file).length, 0);
}

it.each(readdirSync(chapters).filter((name) => name.endsWith('.mdx')))('of %s', (name) => {
  const { shown } = outlineOf(readFileSync(join(chapters, name), 'utf8'), name);
  const labs = [...new Set(shown.map(({ lab }) => lab))];
  const sizes = Object.fromEntries(labs.map((lab) => [lab, sizeOf(lab)]));
  const sum = Object.values(sizes).reduce((a, b) => a + b, 0);
  expect(sum, JSON.stringify(sizes)).toBeLessThanOrEqual(most);
});
