/**
 * The page's side of a reader's code: an engine whose worker computes with the reader's functions.
 * One worker a try; it is ended when another try begins, when the lab goes back to the library's
 * code, and when the code does not come back.
 */
import { connect, type Engine } from '../engine/client';
import type { Reply, Rung } from '../engine/protocol';
import { type Edit, refusal } from './edit';
import type { CodeReply } from './protocol';

/** Milliseconds between two questions whether the code comes back, and how long an answer may take. */
export const askEvery = 2000;
export const patience = 20_000;

export const tooLong =
  'The code did not come back within 20 seconds, so it was stopped: a loop without end, perhaps. The lab is as it was; change the code and try again.';

/** For tests: how a worker is made, and a clock that they turn. */
export interface World {
  worker(): Worker;
  every(ms: number, run: () => void): () => void;
  now(): number;
}

const world: World = {
  worker: () =>
    new Worker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'switchyard: your code',
    }),
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  now: () => performance.now(),
};

export interface CodeEngine extends Engine {
  end(): void;
}

/** Rejects with a sentence if the text may not be tried, or no worker can be had. */
export async function engineFor(
  edits: Edit[],
  rung?: Rung,
  { worker: make, every, now }: World = world,
): Promise<CodeEngine> {
  for (const { source } of edits) {
    const refused = refusal(source);
    if (refused) throw new Error(refused);
  }
  const worker = make();
  const engine = await connect(worker);
  const open = new Set<string>();
  let asked: number | undefined;
  let stopAsking = () => {};
  const hearers = new Set<(reply: Reply) => void>();
  const say = (reply: Reply) => {
    for (const hear of [...hearers]) hear(reply);
  };
  const stopHearing = engine.listen((reply) => {
    if ((reply as unknown as CodeReply).kind === 'alive') asked = undefined;
    else say(reply);
  });
  const end = () => {
    stopAsking();
    stopHearing();
    worker.terminate();
  };

  // Where to compute is found before the world is given away: it may need files of the site.
  await answered(engine, 'ladder', () => engine.send({ kind: 'ladder', ...(rung && { rung }) }));
  await answered(engine, 'locked', () => worker.postMessage({ kind: 'code', edits }));
  // Until here the worker is busy with what is ours.
  stopAsking = every(askEvery, () => {
    if (asked === undefined) {
      asked = now();
      worker.postMessage({ kind: 'alive', id: asked });
    } else if (now() - asked > patience) {
      end();
      for (const lab of open) say({ kind: 'state', lab, state: 'error', step: 0, words: tooLong });
    }
  });
  return {
    send(request) {
      if (request.kind === 'open') open.add(request.lab);
      if (request.kind === 'close') open.delete(request.lab);
      engine.send(request);
    },
    listen(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    end,
  };
}

/** Settles with the first reply of a kind after `ask`. */
function answered(engine: Engine, kind: string, ask: () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = engine.listen((reply) => {
      if ((reply as { kind: string }).kind !== kind) return;
      stop();
      resolve();
    });
    ask();
  });
}
