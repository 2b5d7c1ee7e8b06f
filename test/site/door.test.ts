/** The library's door: its names, their doc comments, and the table of contents made from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as model from 'switchyard/model';
import { describe, expect, it } from 'vitest';
import { contents, sections, target } from '../../scripts/contents.mjs';

const listed = sections().flatMap(({ entries }) => entries);
const source = (path: string) => join(import.meta.dirname, '../../src', path);
const bibliography = readFileSync(source('content/sources.bib'), 'utf8');

describe('the door', () => {
  it('is all that it exports, each name once', () => {
    const names = listed.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.toSorted()).toEqual(Object.keys(model).toSorted());
    for (const [name, value] of Object.entries(model)) expect(value, name).toBeDefined();
  });

  it.each(listed)('says what $name is', ({ words, sources }) => {
    expect(words).toMatch(/^\S.{12,}\.$/);
    for (const key of sources) expect(bibliography).toContain(`{${key},`);
  });

  it.each(listed.filter(({ members }) => members.length))(
    'finds the functions of $name',
    ({ name, members }) => {
      const found = new Map(Object.entries(model)).get(name) as Record<string, unknown>;
      for (const member of members) expect(typeof found[member], member).toBe('function');
    },
  );

  it.each(['routers', 'balancing', 'optimizers', 'tasks'])('has every member of %s', (folder) => {
    const files = readdirSync(source(`model/${folder}`))
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .filter((file) =>
        /^export default/m.test(readFileSync(source(`model/${folder}/${file}`), 'utf8')),
      )
      .map((file) => source(`model/${folder}/${file}`));
    const exported = listed.map(({ file }) => file);
    expect(files.filter((file) => !exported.includes(file))).toEqual([]);
  });
});

describe('src/model/README.md', () => {
  it('is what the door gives; if not, run npm run contents', () => {
    expect(readFileSync(target, 'utf8')).toBe(contents());
  });

  it('begins with an example that runs', async () => {
    const { said } = await import('../model/example');
    expect(said.answer).toEqual([32, 8]);
    expect(said.price).toBeGreaterThan(0.9);
  });
});
