/** Who may import what: the house's floors and its other borders, read from every import of src. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

/** From the ground up: a folder imports from its own floor and those below it. */
const floors = [
  ['tensor'],
  ['model'],
  ['model/experiments'],
  ['engine'],
  ['notebook', 'lab'],
  ['views'],
  ['labs'],
  ['course', 'reader', 'integrations'],
  ['components', 'content', 'pages', 'layouts', 'styles'],
];

/** What a floor may import of others' packages, where not everything. */
const packages: Record<string, RegExp> = {
  tensor: /^@tensorflow\//,
  model: /^$/,
  'model/experiments': /^$/,
  engine: /^$/,
  notebook: /^(?!@tensorflow)/,
  lab: /^(preact|@preact)\b/,
  views: /^(preact|@preact|@observablehq)\b/,
  labs: /^(preact|@preact)\b/,
};

interface Import {
  /** Path under src of the file that imports. */
  file: string;
  /** Path under src of a file of ours, else the package's name as written. */
  target: string;
  typeOnly: boolean;
  /** Fetched when asked for, not together with the file. */
  later: boolean;
}

const statements =
  /(?:^|[\n;])\s*(?:import|export)\s+(type\s)?(?:[^'"`;()]*?\sfrom\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*(?:\/\*.*?\*\/\s*)?['"]([^'"\n]+)['"]\s*\)/g;

/** What a source text imports; a type position (`import('x').Y`) counts as a value fetched later. */
function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(statements)].map(([whole, type, from, dynamic]) => ({
    file,
    target: targetOf(file, from ?? dynamic),
    typeOnly: Boolean(type) || typesOnly(whole),
    later: dynamic !== undefined,
  }));
}

/** A path as written in a file → a file under src, with its extension; a package's name as it is. */
function targetOf(file: string, name: string): string {
  if (!name.startsWith('.')) return name;
  const path = join(dirname(file), name.replace(/\?.*$/, '')).replaceAll('\\', '/');
  const named = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`];
  return named.find((candidate) => known.has(candidate)) ?? path;
}

/** `import { type A, type B } from …` */
const typesOnly = (statement: string) => {
  const names = statement.match(/^[;\s]*(?:import|export)\s*\{([^}]*)\}\s*from/)?.[1];
  return Boolean(names?.split(',').every((name) => !name.trim() || /^\s*type\s/.test(name)));
};

/** Members that `import.meta.glob` takes along at once: as good as imports. */
function takenAlong(file: string, text: string): Import[] {
  const globs = text.matchAll(/import\.meta\.glob(?:<[^(]*>)?\(\s*'([^']+)',\s*\{([^}]*)\}/g);
  return [...globs].flatMap(([, pattern, options]) => {
    if (!/eager:\s*true/.test(options)) return [];
    const path = join(dirname(file), pattern).replaceAll('\\', '/');
    const parts = path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    const matching = new RegExp(`^${parts.join('[^/]*')}$`);
    return files
      .filter((target) => matching.test(target))
      .map((target) => ({ file, target, typeOnly: false, later: false }));
  });
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.(ts|tsx|astro|mdx)$/.test(file) && !file.endsWith('.d.ts'))
  // A program of its own, in AssemblyScript.
  .filter((file) => !file.startsWith('tensor/assembly/'));
const known = new Set(files);
const textOf = (file: string) => readFileSync(join(src, file), 'utf8');
const imports = files.flatMap((file) => [
  ...importsOf(file, textOf(file)),
  ...takenAlong(file, textOf(file)),
]);

/** The longest name of a folder above that a path lies in; undefined for src's own files. */
const folderOf = (path: string): string | undefined =>
  floors
    .flat()
    .filter((folder) => path === folder || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];

/** Files beside the folders (content.config.ts) stand on top. */
const floorOf = (path: string): number => {
  const folder = folderOf(path);
  return folder ? floors.findIndex((floor) => floor.includes(folder)) : floors.length - 1;
};

const isOurs = (target: string) => known.has(target) || folderOf(target) !== undefined;

/** One line for each import from `from` that `allowed` does not cover. */
const trespasses = (
  from: RegExp,
  allowed: (target: string, file: string) => boolean,
  types = false,
) =>
  imports
    .filter(({ file, typeOnly }) => from.test(file) && (types || !typeOnly))
    .filter(({ target, file }) => !allowed(target, file))
    .map(({ file, target }) => `${file} imports ${target}`);

/** Values that a file takes along when it is loaded, by file. */
const taken = new Map(files.map((file) => [file, new Set<string>()]));
for (const { file, target, typeOnly, later } of imports)
  if (!typeOnly && !later) taken.get(file)!.add(target);

describe('the reader of imports', () => {
  it('finds those it is to judge', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(imports.length).toBeGreaterThan(600);
    expect(
      importsOf(
        'model/a/b.ts',
        "import * as tf from '../../tensor/tf';\nimport type { X } from './x';\nexport { type Y } from 'y';\nconst z = await import('../types');\nexport * from '@scope/p';\n",
      ),
    ).toEqual([
      { file: 'model/a/b.ts', target: 'tensor/tf.ts', typeOnly: false, later: false },
      { file: 'model/a/b.ts', target: 'model/a/x', typeOnly: true, later: false },
      { file: 'model/a/b.ts', target: 'y', typeOnly: true, later: false },
      { file: 'model/a/b.ts', target: 'model/types.ts', typeOnly: false, later: true },
      { file: 'model/a/b.ts', target: '@scope/p', typeOnly: false, later: false },
    ]);
  });

  it('sees what a glob takes along', () => {
    expect(taken.get('model/registry.ts')).toContain('model/routers/softmax-top-k.ts');
    expect(takenAlong('model/x.ts', "import.meta.glob('./routers/*.ts')")).toEqual([]);
  });

  it('knows every folder of src', () => {
    const folders = readdirSync(src, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.filter((name) => folderOf(name) === undefined)).toEqual([]);
    const gone = floors.flat().filter((name) => !existsSync(join(src, name)));
    expect(gone).toEqual([]);
  });
});

describe('floors', () => {
  it.each(floors.slice(0, -1).flat())('%s imports only what is below it', (folder) => {
    const own = floors.findIndex((floor) => floor.includes(folder));
    const climbs = imports
      .filter(({ file, typeOnly }) => folderOf(file) === folder && !typeOnly)
      .filter(({ target }) => isOurs(target) && floorOf(target) > own)
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(climbs).toEqual([]);
  });

  it.each(Object.entries(packages))('%s imports no packages but its own', (folder, allowed) => {
    const foreign = imports
      .filter(({ file, typeOnly }) => folderOf(file) === folder && !typeOnly)
      .filter(({ target }) => !isOurs(target) && !target.startsWith('.') && !allowed.test(target))
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(foreign).toEqual([]);
  });

  it('keeps even types of the model and of pages out of the ground floor', () => {
    expect(
      trespasses(/^tensor\//, (target) => !isOurs(target) || /^tensor\//.test(target), true),
    ).toEqual([]);
  });

  it('keeps even types of pages out of the engine', () => {
    const low = floors.findIndex((floor) => floor.includes('engine'));
    expect(
      trespasses(/^engine\//, (target) => !isOurs(target) || floorOf(target) <= low, true),
    ).toEqual([]);
  });

  it('has no circle of files', () => {
    expect(circles(taken)).toEqual([]);
  });

  it('would see a circle', () => {
    const round = { a: ['b'], b: ['c'], c: ['b'], d: ['d'], e: ['a'] };
    const graph = new Map(Object.entries(round).map(([file, to]) => [file, new Set(to)]));
    expect(circles(graph)).toEqual(['b → c → b', 'd → d']);
  });
});

describe('borders', () => {
  it('lets one floor import TensorFlow.js', () => {
    expect(
      trespasses(/^(?!tensor\/)/, (target) => !target.startsWith('@tensorflow/'), true),
    ).toEqual([]);
  });

  it('lets the model know of the ground floor only what it computes with, and no kernels', () => {
    const doors = ['tensor/tf.ts', 'tensor/random.ts'];
    expect(
      trespasses(
        /^model\//,
        (target) => !target.startsWith('tensor/') || doors.includes(target),
        true,
      ),
    ).toEqual([]);
  });

  it('keeps the model library away from the DOM', () => {
    const touching = files
      .filter((file) => /^(tensor|model)\//.test(file))
      // Where the device is asked for.
      .filter((file) => file !== 'tensor/tf-webgpu.ts')
      .filter((file) =>
        /\b(window\.|localStorage\b|navigator\.|document\.(body|head|documentElement|create|query|getElement|addEvent))/.test(
          textOf(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
        ),
      );
    expect(touching).toEqual([]);
  });

  it.each(['routers', 'balancing', 'tasks'])('keeps the members of model/%s apart', (folder) => {
    const members = new RegExp(`^model/${folder}/[^/]+$`);
    expect(trespasses(members, (target) => !members.test(target))).toEqual([]);
  });

  it('draws views from plain numbers', () => {
    const allowed =
      /^(views|lab|model\/(types\.ts|settings\/|experiments\/types\.ts)|preact|@preact|@observablehq)/;
    expect(trespasses(/^views\//, (target) => allowed.test(target), true)).toEqual([]);
  });

  it('describes labs without TensorFlow.js, directly or by what they import', () => {
    expect(
      ways(
        /^labs\//,
        (target) => target.startsWith('tensor/') || target.startsWith('@tensorflow/'),
      ),
    ).toEqual([]);
  });

  it('wakes a lab without TensorFlow.js: only the worker loads it', () => {
    expect(
      ways(/^components\/lab\/(island|sleeping-lab)/, (target) =>
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

/** What is taken along, followed from the files that match, as far as where it must not arrive. */
function ways(from: RegExp, forbidden: (target: string) => boolean): string[] {
  const found: string[] = [];
  for (const start of files.filter((file) => from.test(file))) {
    const seen = new Set([start]);
    const queue = [[start]];
    for (const way of queue)
      for (const target of taken.get(way.at(-1)!) ?? []) {
        if (forbidden(target)) found.push([...way, target].join(' → '));
        else if (!seen.has(target)) {
          seen.add(target);
          queue.push([...way, target]);
        }
      }
  }
  return found;
}

/** Ways that lead back to where they began: at least one for every knot of files. */
function circles(graph: Map<string, Set<string>>): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const follow = (file: string, way: string[]) => {
    const met = way.indexOf(file);
    if (met >= 0) found.push([...way.slice(met), file].join(' → '));
    if (met >= 0 || finished.has(file)) return;
    for (const target of graph.get(file) ?? []) follow(target, [...way, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) follow(file, []);
  return found;
}
