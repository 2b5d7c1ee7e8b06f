/** What the code names as a source is in the bibliography. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { released } from '../../src/model/accounting/released';

const root = join(import.meta.dirname, '../..');
const bibliography = readFileSync(join(root, 'src/content/sources.bib'), 'utf8');
const keys = new Set([...bibliography.matchAll(/^@\w+\{([^,\s]+),/gm)].map(([, key]) => key));

/** Family names run into years, as our keys are: "shazeer2017", "deepseekv3", "wang2024remoe". */
const cited = /\b([a-z]+(?:19|20)\d\d[a-z]*|deepseekv\d)\b/g;

it('has every key that a file of the model or the engine names', () => {
  const missing: string[] = [];
  for (const folder of ['src/model', 'src/tensor', 'src/engine'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, key] of text.matchAll(cited))
        if (!keys.has(key)) missing.push(`${folder}/${file} names ${key}`);
    }
  expect(missing).toEqual([]);
});

it('has every key that a released configuration names', () => {
  for (const { name, cite } of released) expect(keys.has(cite), `${name} cites ${cite}`).toBe(true);
});

it('knows enough keys for the search to mean something', () => {
  expect(keys.size).toBeGreaterThan(50);
  const found =
    'as in shazeer2017, eq. 3; deepseekv3, eq. 12; wang2024remoe; in the year 2017'.match(cited);
  expect(found).toEqual(['shazeer2017', 'deepseekv3', 'wang2024remoe']);
});

it('dates a key by the preprint, where there is one', () => {
  const entries = [...bibliography.matchAll(/^@\w+\{([^,\s]+),[\s\S]*?^\}/gm)];
  expect(entries.length).toBe(keys.size);
  const wrong = entries.flatMap(([text, key]) => {
    const dated = key.match(/(?:19|20)\d\d/)?.[0];
    const preprint = text.match(/eprint\s*=\s*\{(\d\d)\d\d\.\d+\}/)?.[1];
    return dated && preprint && dated !== `20${preprint}` ? [`${key} is of 20${preprint}`] : [];
  });
  expect(wrong).toEqual([]);
});

it('writes accents as letters, not as TeX', () => {
  expect(bibliography.match(/\\['`"^~=.]|\\[uvHtcdbk]\{/g) ?? []).toEqual([]);
});
