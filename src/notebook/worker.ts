/**
 * The engine once more, for a reader's code: a worker of its own, which finds where to compute,
 * gives the world away and only then reads the code. The library's files come as texts too, so
 * that those between the experiment and the edited one can be evaluated anew.
 */
import type { Request } from '../engine/protocol';
import { explainBy } from '../engine/sentence';
import { serve } from '../engine/worker/serve';
import { loadExperiment } from '../model/experiments';
import type { Edit } from './edit';
import { evaluated, type Library } from './evaluate';
import { explained } from './explain';
import { freezeGround, lockdown } from './lockdown';
import type { CodeReply, CodeRequest } from './protocol';

const texts = import.meta.glob<string>('../model/**/*.ts', { query: '?raw', import: 'default' });
const modules = import.meta.glob<Record<string, unknown>>([
  '../model/**/*.ts',
  '../tensor/{tf,random}.ts',
]);

const pathOf = (file: string) => file.replace(/^src\//, '../');

const library: Library = {
  read: async (file) => texts[pathOf(file)]?.(),
  async load(file) {
    const load = modules[pathOf(file)];
    if (!load) throw new Error(`${file} is not part of the library.`);
    return load();
  },
};

const experimentFiles = new Map(
  Object.keys(modules)
    .filter((path) => /^\.\.\/model\/experiments\/[^/]+\/[^/]+\.ts$/.test(path))
    .map((path) => [path.replace(/^.*\/(.+)\.ts$/, '$1'), path.replace(/^\.\.\//, 'src/')]),
);

let edits: Edit[] = [];
let compile: ReturnType<typeof lockdown> | undefined;
const say = postMessage.bind(globalThis);

explainBy(explained);
serve(
  async (name) => {
    const file = experimentFiles.get(name);
    if (!compile || !file) return loadExperiment(name);
    return evaluated(file, edits, library, compile);
  },
  (message: CodeRequest | Request) => {
    if (message.kind === 'alive') say({ kind: 'alive', id: message.id } satisfies CodeReply);
    else if (message.kind === 'code') {
      edits = message.edits;
      compile ??= lockdown();
      freezeGround();
      say({ kind: 'locked' } satisfies CodeReply);
    } else return false;
    return true;
  },
);
