/** Each view brings the styles of what it draws, and no view's styles reach into another's picture. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { labNames, loadLab } from '../../src/lab/labs';
import { draw, widths } from './draw';
import type { Example } from './examples/types';

const views = join(import.meta.dirname, '../../src/views');

/** Style file → the classes that its rules name. */
const files = new Map(
  readdirSync(views, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.css'))
    .map((path) => [path.replaceAll('\\', '/').slice(0, -'.css'.length), classesIn(path)]),
);

function classesIn(path: string): Set<string> {
  const rules = readFileSync(join(views, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const selectors = [...rules.matchAll(/([^{}]+)\{/g)].map(([, before]) => before);
  return new Set(
    selectors.flatMap((each) => [...each.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name)),
  );
}

const examples = Object.values(
  import.meta.glob<{ examples?: Example[] }>('./examples/*.ts', { eager: true }),
).flatMap(({ examples = [] }) => examples);
const labs = await Promise.all(labNames.map(loadLab));
const all = [
  ...examples.map(({ view }) => view),
  ...labs.flatMap((lab) => lab.views.map((each) => each.view)),
];
const asked = all.map(({ styles = [] }) => styles);

it('there is a file for each name, and a view for each file', () => {
  expect(new Set(asked.flat())).toEqual(new Set(files.keys()));
});

describe.each(examples)('$view.name: $state', (example) => {
  it.each(widths)('brings the styles of all it draws, %i px wide', (width) => {
    const html = draw(example, width);
    const drawn = new Set(
      [...html.matchAll(/\bclass="([^"]+)"/g)].flatMap(([, names]) => names.split(' ')),
    );
    const own = new Set((example.view.styles ?? []).flatMap((name) => [...files.get(name)!]));
    const elsewhere = new Set([...files.values()].flatMap((classes) => [...classes]));
    expect([...drawn].filter((name) => elsewhere.has(name) && !own.has(name))).toEqual([]);
  });
});

it('a class stands in two files only where views ask for both', () => {
  const names = [...files.keys()];
  const shared = names.flatMap((a, i) =>
    names
      .slice(i + 1)
      .filter((b) => !asked.some((styles) => styles.includes(a) && styles.includes(b)))
      .flatMap((b) => [...files.get(a)!].filter((name) => files.get(b)!.has(name))),
  );
  expect(shared.filter((name) => name !== 'lab')).toEqual([]);
});
