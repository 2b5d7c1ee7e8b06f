/**
 * The library's files as modules and as texts, fetched one by one: those between an experiment and
 * an edited file are evaluated anew.
 */
import type { Library } from './evaluate';

const texts = import.meta.glob<string>('../model/**/*.ts', { query: '?raw', import: 'default' });
const modules = import.meta.glob<Record<string, unknown>>([
  '../model/**/*.ts',
  '../tensor/{tf,random}.ts',
]);

const pathOf = (file: string) => file.replace(/^src\//, '../');

export const library: Library = {
  read: async (file) => texts[pathOf(file)]?.(),
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
