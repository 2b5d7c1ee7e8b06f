/** The lock file serves every platform: a lock written on one system may leave the others' parts out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Entry {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
) as { packages: Record<string, Entry> };

/** The entry that `name` resolves to from the package at `path`. */
function resolve(path: string, name: string): Entry | undefined {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    const entry = packages[`${from}${from && '/'}node_modules/${name}`];
    if (entry || !from) return entry;
  }
}

it('names every optional part of every package, with its version', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !resolve(path, name)?.version)
      .map((name) => `${name}, wanted by ${path}`),
  );
  expect(missing).toEqual([]);
});
