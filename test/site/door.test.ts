/** The library's door: its names, their doc comments, and the table of contents made from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as model from 'switchyard/model';
import { describe, expect, it } from 'vitest';
import { contents, target } from '../../scripts/contents.mjs';
import { library } from '../../scripts/library.mjs';
import { undocumented } from '../../src/course/library';

const all = library().flatMap(({ entries }) => entries);
const isType = ({ text }: { text?: string }) => text !== undefined;
const listed = all.filter((entry) => !isType(entry));
const source = (path: string) => join(import.meta.dirname, '../../src', path);
const bibliography = readFileSync(source('content/sources.bib'), 'utf8');

describe('the door', () => {
  it('is all that it exports, each name once', () => {
    const names = listed.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.toSorted()).toEqual(Object.keys(model).toSorted());
    for (const [name, value] of Object.entries(model)) expect(value, name).toBeDefined();
  });

  it.each(all)('says what $name is', ({ words, sources }) => {
    expect(words).toMatch(/^\S.{12,}[.:]$/);
    for (const key of sources) expect(bibliography).toContain(`{${key},`);
  });

  it('says of each function of a namespace what it does', () => {
    expect(all.flatMap(undocumented)).toEqual([]);
  });

  it.each(listed.filter(({ parts }) => parts.length))(
    'finds the functions of $name',
    ({ name, parts }) => {
      const found = new Map(Object.entries(model)).get(name) as Record<string, unknown>;
      for (const part of parts) expect(typeof found[part.name], part.name).toBe('function');
    },
  );

  it('gives every function and every member its signature', () => {
    const without = listed.filter(
      ({ signatures, parts, contract, name }) =>
        !signatures.length && !parts.length && contract !== 'Balancer' && name !== 'released',
    );
    expect(without.map(({ name }) => name)).toEqual([]);
    const text = (name: string) =>
      listed.find((entry) => entry.name === name)!.signatures.map((each) => each.text);
    expect(text('keepWithinCapacity')).toEqual([
      'keepWithinCapacity(mask: Tensor2D, topK: number, factor: Scalar): Tensor2D',
    ]);
    expect(text('softmaxTopK').at(-1)).toMatch(/^route\([\s\S]*: RouterInput[\s\S]*: Routing$/);
    expect(text('softRouterOf')).toEqual(['softRouterOf(slotsPerExpert: number): Router']);
  });

  it.each(['routers', 'balancing', 'optimizers', 'tasks'])('has every member of %s', (folder) => {
    const files = readdirSync(source(`model/${folder}`))
      .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
      .filter((file) =>
        /^export default/m.test(readFileSync(source(`model/${folder}/${file}`), 'utf8')),
      )
      .map((file) => source(`model/${folder}/${file}`));
    const exported = listed.map(({ file }) => join(import.meta.dirname, '../..', file));
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
