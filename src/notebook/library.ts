/**
 * The library's files as modules, fetched one by one, and as texts, fetched all at once: those
 * between an experiment and an edited file are evaluated anew.
 */
import type { Library } from './gather';

const modules = import.meta.glob<Record<string, unknown>>([
  '../model/**/*.ts',
  '../tensor/{tf,random}.ts',
]);

const pathOf = (file: string) => file.replace(/^src\//, '../');

export const library: Library = {
  read: async (file) => (await import('./texts')).texts[pathOf(file)],
  async load(file) {
    const load = modules[pathOf(file)];
    if (!load) throw new Error(`${file} is not part of the library.`);
    return load();
  },
};

/** Name of an experiment → its file. */
export const experimentFiles = new Map(
  Object.keys(modules)
    .filter((path) => /^\.\.\/model\/experiments\/[^/]+\/[^/]+\.ts$/.test(path))
    .map((path) => [path.replace(/^.*\/(.+)\.ts$/, '$1'), path.replace(/^\.\.\//, 'src/')]),
);
