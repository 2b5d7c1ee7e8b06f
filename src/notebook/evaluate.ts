/**
 * An experiment with a reader's declaration in the place of the library's: the edited file and
 * every file between it and the experiment are evaluated anew from their texts, all others are the
 * library's own modules.
 */
import type { Experiment } from '../model/experiments/types';
import { type Registry, registered } from '../model/registered';
import { checked } from './checks';
import type { Edit } from './edit';
import { gather, isFinder, type Library, type Module } from './gather';
import { finderOf, resolved } from './graph';
import { noLoads } from './readable';
import { editedScriptOf } from './script';

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
  const files = [...new Set(edits.map(({ file }) => file))];
  const { anew, texts, scripts, joining, modules } = await gather(experimentFile, files, library);
  const copied = (file: string): Module => {
    const module: Module = {};
    const given = (from: string) => unfused(modules.get(resolved(file, from)) ?? {});
    compile(['require', 'exports'], scripts.get(file)!)(given, module);
    return module;
  };

  const made = new Map<string, Module>();
  const make = (file: string): Module => {
    const ready = made.get(file);
    if (ready) return ready;
    const own = edits.filter((each) => each.file === file);
    const edited = own.length > 0;
    const text = texts.get(file);
    if (text === undefined) return modules.get(file) ?? {};
    if (isFinder(text)) return found(file);
    const module: Module = {};
    made.set(file, module);
    const given = (from: string): Module => {
      const target = resolved(file, from);
      if (anew.has(target)) return make(target);
      const real = modules.get(target);
      if (!real && edited) throw new Error(noLoads);
      if (!real) throw new Error(`${file} asks for ${from}, which it did not import before.`);
      if (edited && joining.has(target)) return copied(target);
      return edited && target === 'src/tensor/tf.ts' ? unfused(real) : real;
    };
    const script = edited ? editedScriptOf(text, own) : scripts.get(file)!;
    compile(['require', 'exports', ...hidden], script)(given, module);
    if (edited) Object.assign(module, checked(file, module));
    return module;
  };

  /** A file that looks for members finds the edited ones among the others. */
  const found = (file: string): Module => {
    const real = modules.get(file) ?? {};
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
