/** Who may import what: the tree's borders, read from every import of src. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

interface Import {
  /** Path under src of the file that imports. */
  file: string;
  /** Path under src of a file of ours, else the package's name as written. */
  target: string;
  typeOnly: boolean;
}

const statements =
  /(?:^|[\n;])\s*(?:import|export)\s+(type\s)?(?:[^'"`;()]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*(?:\/\*.*?\*\/\s*)?['"]([^'"\n]+)['"]\s*\)/g;

/** What a source text imports; a type position (`import('x').Y`) counts as a type. */
function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(statements)].map(([whole, type, from, dynamic]) => {
    const name = from ?? dynamic;
    const target = name.startsWith('.') ? join(dirname(file), name.replace(/\?.*$/, '')) : name;
    return {
      file,
      target: target.replaceAll('\\', '/'),
      typeOnly: Boolean(type) || typesOnly(whole),
    };
  });
}

/** `import { type A, type B } from …` */
const typesOnly = (statement: string) => {
  const names = statement.match(/^[;\s]*import\s*\{([^}]*)\}\s*from/)?.[1];
  return Boolean(names?.split(',').every((name) => !name.trim() || /^\s*type\s/.test(name)));
};

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.(ts|tsx|astro|mdx)$/.test(file) && !file.endsWith('.d.ts'));
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(src, file), 'utf8')));

/** One line for each import of `from` that no rule of `allowed` covers. */
const trespasses = (
  from: RegExp,
  allowed: (target: string, file: string) => boolean,
  types = false,
) =>
  imports
    .filter(({ file, typeOnly }) => from.test(file) && (types || !typeOnly))
    .filter(({ target, file }) => !allowed(target, file))
    .map(({ file, target }) => `${file} imports ${target}`);

/** tf.ts, and the lists of kernels and gradients that it bundles. */
const isTensorFlow = /^tensor\/tf(-[a-z]+)?\.ts$/;

const isPage = (target: string) =>
  /^(components|pages|layouts|content|notebook|styles|lab|labs|views|reader|course)\b/.test(
    target,
  ) || /^(preact|@preact|astro|@observablehq)/.test(target);

describe('borders', () => {
  it('finds the imports it is to judge', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(150);
    expect(
      importsOf(
        'model/a/b.ts',
        "import * as tf from '../tf';\nimport type { X } from './x';\nimport { type Y } from 'y';\nconst z = await import('../z');\nexport * from '@scope/p';\n",
      ),
    ).toEqual([
      { file: 'model/a/b.ts', target: 'model/tf', typeOnly: false },
      { file: 'model/a/b.ts', target: 'model/a/x', typeOnly: true },
      { file: 'model/a/b.ts', target: 'y', typeOnly: true },
      { file: 'model/a/b.ts', target: 'model/z', typeOnly: false },
      { file: 'model/a/b.ts', target: '@scope/p', typeOnly: false },
    ]);
  });

  it('lets one name of the model library import TensorFlow.js: tf, with its parts', () => {
    const outside = imports
      .filter(({ target }) => target.startsWith('@tensorflow/'))
      .map(({ file }) => file)
      .filter((file) => !isTensorFlow.test(file) && !/^(tensor|engine)\//.test(file));
    expect([...new Set(outside)]).toEqual([]);
  });

  it('keeps the model library away from pages, components and the DOM', () => {
    expect(
      trespasses(
        /^model\//,
        (target) =>
          /^model\b/.test(target) ||
          /^tensor\b/.test(target) ||
          (!isPage(target) && !target.startsWith('engine')),
      ),
    ).toEqual([]);
    const touching = files
      .filter((file) => file.startsWith('model/') && !isTensorFlow.test(file))
      .filter((file) =>
        /\b(window\.|localStorage\b|navigator\.|document\.(body|head|documentElement|create|query|getElement|addEvent))/.test(
          readFileSync(join(src, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
        ),
      );
    expect(touching).toEqual([]);
  });

  it.each(['routers', 'balancing', 'tasks'])('keeps the members of model/%s apart', (folder) => {
    const members = new RegExp(`^model/${folder}/[^/]+$`);
    expect(
      trespasses(
        members,
        (target) => !members.test(target) && !/^model\/experiments\b/.test(target),
      ),
    ).toEqual([]);
  });

  it('lets the engine know the model and no component', () => {
    expect(trespasses(/^engine\//, (target) => !isPage(target), true)).toEqual([]);
  });

  it('draws views from plain numbers', () => {
    const allowed =
      /^(views|lab|model\/(types|settings|experiments\/types)|preact|@preact|@observablehq)\b/;
    expect(trespasses(/^views\//, (target) => allowed.test(target), true)).toEqual([]);
  });

  it('describes labs without TensorFlow.js, directly or by what they import', () => {
    expect(
      reaches(/^labs\//, (target) => target === 'tensor/tf' || target.startsWith('@tensorflow/')),
    ).toEqual([]);
  });

  it('wakes a lab without TensorFlow.js: only the worker loads it', () => {
    expect(
      reaches(/^components\/lab\/(island|sleeping-lab)/, (target) =>
        target.startsWith('@tensorflow/'),
      ),
    ).toEqual([]);
  });

  it('keeps the site from knowing the engine', () => {
    expect(
      trespasses(
        /^(pages|layouts|components\/(site|author))\//,
        (target) => !/^engine\b/.test(target),
      ),
    ).toEqual([]);
  });

  it('keeps import lines out of chapters', () => {
    expect(trespasses(/^content\//, () => false, true)).toEqual([]);
  });

  it('loads no code from anyone else', () => {
    expect(imports.filter(({ target }) => /^(https?:)?\/\//.test(target))).toEqual([]);
  });
});

/** Static imports followed from the files that match; those that arrive where they must not. */
function reaches(from: RegExp, forbidden: (target: string) => boolean): string[] {
  const statics = new Map<string, string[]>();
  for (const file of files) {
    const text = readFileSync(join(src, file), 'utf8').replace(/\bimport\(/g, 'later(');
    statics.set(file.replace(/\.(ts|tsx)$/, ''), [
      ...importsOf(file, text)
        .filter(({ typeOnly }) => !typeOnly)
        .map(({ target }) => target.replace(/\.(ts|tsx)$/, '')),
    ]);
  }
  const found: string[] = [];
  for (const start of statics.keys()) {
    if (!from.test(start)) continue;
    const seen = new Set([start]);
    const queue = [[start]];
    for (const way of queue)
      for (const target of statics.get(way.at(-1)!) ?? []) {
        if (forbidden(target)) found.push([...way, target].join(' → '));
        else if (!seen.has(target)) {
          seen.add(target);
          queue.push([...way, target]);
        }
      }
  }
  return found;
}
