/**
 * An experiment with a reader's declaration in the place of the library's: the edited file and
 * every file between it and the experiment are evaluated anew from their texts, all others are the
 * library's own modules.
 */
import { transform } from 'sucrase';
import type { Experiment } from '../model/experiments/types';
import { type Registry, registered } from '../model/registered';
import { checked } from './checks';
import { type Edit, spliced } from './edit';
import { between, finderOf, importsOf, resolved } from './graph';
import { noLoads, refuseLoads, unreadable } from './readable';

export interface Library {
  /** The text of a file of src/model; undefined outside. */
  read(file: string): Promise<string | undefined>;
  /** The module of a file, as the library has it. */
  load(file: string): Promise<Record<string, unknown>>;
}

type Module = Record<string, unknown>;
type Compile = (names: string[], body: string) => (...given: unknown[]) => void;

/** The header that a function made from text has before its first line. */
export const headerLines = 2;

/** Throws a sentence, with the line of the cell, if the text cannot be read or does not run. */
export async function evaluated(
  experimentFile: string,
  edits: Edit[],
  library: Library,
  compile: Compile,
): Promise<Experiment> {
  const files = edits.map(({ file }) => file);
  const anew = await between(experimentFile, files, library.read);
  if (!anew.has(experimentFile))
    throw new Error(
      `The experiment of this lab makes no use of ${files.join(' and ')}: an edit there would change nothing.`,
    );
  const load = async (file: string): Promise<Module> => ({
    ...(await library.load(file)),
    // What a script made of a module asks for, to tell it from one that is not.
    __esModule: true,
  });
  const texts = new Map<string, string>();
  const own = new Map<string, Module>();
  const needed = new Set(files.flatMap((file) => finderOf(file) ?? []));
  await Promise.all(
    [...anew].map(async (file) => {
      const text = await library.read(file);
      if (text === undefined) return;
      const edit = edits.find((each) => each.file === file);
      texts.set(file, edit ? spliced(text, edit) : text);
      for (const target of importsOf(file, text)) if (!anew.has(target)) needed.add(target);
    }),
  );
  await Promise.all([...needed].map(async (file) => own.set(file, await load(file))));

  // What joins a function to its kernel would join the reader's to the library's: a copy does not.
  const joining = new Map<string, string>();
  for (const { file } of edits)
    for (const target of importsOf(file, texts.get(file) ?? '')) {
      const text = anew.has(target) ? undefined : await library.read(target);
      if (!text || !/\btf\.fused[<(]/.test(text)) continue;
      joining.set(target, text);
      for (const next of importsOf(target, text)) own.set(next, await load(next));
    }
  const copied = (file: string): Module => {
    const module: Module = {};
    const given = (from: string) => unfused(own.get(resolved(file, from)) ?? {});
    compile(['require', 'exports'], scriptOf(joining.get(file)!, file))(given, module);
    return module;
  };

  const made = new Map<string, Module>();
  const make = (file: string): Module => {
    const ready = made.get(file);
    if (ready) return ready;
    const edit = edits.find((each) => each.file === file);
    const text = texts.get(file);
    if (text === undefined) return own.get(file) ?? {};
    if (text.includes('import.meta.glob')) return found(file);
    const module: Module = {};
    made.set(file, module);
    const given = (from: string): Module => {
      const target = resolved(file, from);
      if (anew.has(target)) return make(target);
      const real = own.get(target);
      if (!real && edit) throw new Error(noLoads);
      if (!real) throw new Error(`${file} asks for ${from}, which it did not import before.`);
      if (edit && joining.has(target)) return copied(target);
      return edit && target === 'src/tensor/tf.ts' ? unfused(real) : real;
    };
    compile(['require', 'exports', ...hidden], scriptOf(text, file, edit))(given, module);
    if (edit) Object.assign(module, checked(file, module));
    return module;
  };

  /** A file that looks for members finds the edited ones among the others. */
  const found = (file: string): Module => {
    const real = own.get(file) ?? {};
    const replaced = new Map(
      files
        .filter((each) => finderOf(each) === file)
        .map((each) => make(each).default as { name: string })
        .map((member) => [member.name, member]),
    );
    return Object.fromEntries(
      Object.entries(real).map(([name, value]) => [
        name,
        isRegistry(value) ? withReplaced(name, value, replaced) : value,
      ]),
    );
  };

  return make(experimentFile).default as Experiment;
}

/**
 * A kernel belongs to the library's own function: what the reader wrote runs as it is written.
 * src/tensor/ops/fused.ts.
 */
const unfused = (module: Module): Module =>
  'fused' in module
    ? {
        ...module,
        fused: (_kernel: unknown, definition: object) => Object.assign(definition, { definition }),
      }
    : module;

const isRegistry = (value: unknown): value is Registry<{ name: string }> =>
  typeof value === 'object' && value !== null && 'all' in value && 'get' in value;

const withReplaced = (
  kind: string,
  { all }: Registry<{ name: string }>,
  replaced: Map<string, { name: string }>,
): Registry<{ name: string }> =>
  registered(
    kind,
    Object.fromEntries(
      all.map((member) => [member.name, { default: replaced.get(member.name) ?? member }]),
    ),
  );

/** Names of the world that a function made from text does not see. */
export const hidden = [
  'self',
  'globalThis',
  'window',
  'postMessage',
  'close',
  'addEventListener',
  'onmessage',
  'fetch',
  'Function',
  'setTimeout',
  'setInterval',
  'navigator',
  'location',
];

/** TypeScript → a script that asks for its imports; lines stay where they are. */
function scriptOf(text: string, file: string, edit?: Edit): string {
  const lines = edit?.source.trimEnd().split('\n').length;
  let code: string;
  try {
    ({ code } = transform(text, {
      transforms: ['typescript', 'imports'],
      preserveDynamicImport: true,
    }));
  } catch (error) {
    throw edit ? unreadable(error as Error, edit.firstLine, lines) : error;
  }
  if (edit) refuseLoads(code, edit.firstLine, lines);
  const name = edit ? `your-code-from-${edit.firstLine}` : file;
  return `${code}\n//# sourceURL=${name}`;
}
