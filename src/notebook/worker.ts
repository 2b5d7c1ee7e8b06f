/**
 * The engine once more, for a reader's code: a worker of its own, which finds where to compute,
 * gives the world away and only then reads the code.
 */
import type { Request } from '../engine/protocol';
import { explainBy } from '../engine/sentence';
import { serve } from '../engine/worker/serve';
import { loadExperiment } from '../model/experiments';
import type { Edit } from './edit';
import { evaluated } from './evaluate';
import { explained } from './explain';
import { gather } from './gather';
import { experimentFiles, library } from './library';
import { freezeGround, lockdown } from './lockdown';
import type { CodeReply, CodeRequest } from './protocol';

let edits: Edit[] = [];
let compile: ReturnType<typeof lockdown> | undefined;
const say = postMessage.bind(globalThis);

// The part of the engine that others fetch late: nothing is fetched once the world is given away.
import('../engine/capture/fusion/fusion').catch(() => {});

explainBy(explained);
serve(
  async (name) => {
    const file = experimentFiles.get(name);
    if (!compile || !file) return loadExperiment(name);
    return evaluated(file, edits, library, compile);
  },
  (message: CodeRequest | Request) => {
    if (message.kind === 'alive') say({ kind: 'alive', id: message.id } satisfies CodeReply);
    else if (message.kind === 'gather') {
      const file = experimentFiles.get(message.experiment);
      // What fails here fails again, in words, when it is needed.
      if (file) gather(file, message.files, library).catch(() => {});
    } else if (message.kind === 'code') {
      edits = message.edits;
      compile ??= lockdown();
      freezeGround();
      say({ kind: 'locked' } satisfies CodeReply);
    } else return false;
    return true;
  },
);
