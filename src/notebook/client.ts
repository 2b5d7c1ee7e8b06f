/**
 * The page's side of a reader's code: an engine whose worker computes with the reader's functions.
 * One worker a try; it is ended when another try begins, when the lab goes back to the library's
 * code, and when the code does not come back. While a reader writes, the worker of the next try
 * stands ready: started, where to compute found, the library read.
 */
import { connect } from '../engine/client';
import { workersFor } from '../engine/pool/machine';
import { pooled } from '../engine/pool/pool';
import type { Engine, Reply, Rung } from '../engine/protocol';
import type { CodeEngine, Near } from '../lab/engine';
import { type Edit, refusal } from './edit';
import type { CodeReply, CodeRequest } from './protocol';

/** Milliseconds between two questions whether the code comes back, and how long an answer may take. */
export const askEvery = 2000;
export const patience = 20_000;
/** Milliseconds that a worker stands ready for nothing: it holds memory, and a device perhaps. */
export const longestReady = 300_000;

export const tooLong =
  'The code did not come back within 20 seconds, so it was stopped: a loop without end, perhaps. The lab is as it was; change the code and try again.';

/** For tests: how a worker is made, and a clock that they turn. */
export interface World {
  worker(): Worker;
  every(ms: number, run: () => void): () => void;
  after(ms: number, run: () => void): () => void;
  now(): number;
}

const browser: World = {
  worker: () =>
    new Worker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'switchyard: your code',
    }),
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
};

/** A worker that has found where to compute. */
interface Started {
  worker: Worker;
  engine: Promise<Engine>;
  end(): void;
}

/** The one that waits for the next try. */
let spare: (Started & { rung?: Rung; world: World; keep(): void }) | undefined;

/** Has a worker ready for edits of these files, where none is. */
export function standReady({ experiment, files, rung }: Near, world: World = browser): void {
  if (!spare || spare.rung !== rung || spare.world !== world) {
    letGo();
    const started = start(rung, world);
    let stopWaiting = () => {};
    const keep = () => {
      stopWaiting();
      stopWaiting = world.after(longestReady, () => spare === mine && letGo());
    };
    const mine = { ...started, rung, world, keep };
    spare = mine;
    // A try that finds none ready starts its own, and says what is wrong.
    started.engine.catch(() => spare === mine && letGo());
  }
  spare.keep();
  const gather: CodeRequest = { kind: 'gather', experiment, files };
  const { engine, worker } = spare;
  engine.then(
    () => worker.postMessage(gather),
    () => {},
  );
}

function letGo(): void {
  spare?.end();
  spare = undefined;
}

/** The one that stands ready, or another. */
function take(rung: Rung | undefined, world: World): Started {
  if (spare?.rung !== rung || spare?.world !== world) return start(rung, world);
  const taken = spare;
  spare = undefined;
  return taken;
}

/** Where to compute is found before the world is given away: it may need files of the site. */
function start(rung: Rung | undefined, world: World): Started {
  const worker = world.worker();
  const over = new AbortController();
  const started = async () => {
    const engine = await connect(worker, undefined, over.signal);
    await answered(engine, 'ladder', () => engine.send({ kind: 'ladder', ...(rung && { rung }) }));
    return engine;
  };
  const end = () => {
    over.abort();
    worker.terminate();
  };
  return { worker, engine: started(), end };
}

/**
 * Computes with the edits, in one worker or, where lanes are divided, in several. Rejects with a
 * sentence if the text may not be tried, or no worker can be had.
 */
export async function engineFor(
  edits: Edit[],
  rung?: Rung,
  world: World = browser,
): Promise<CodeEngine> {
  for (const { source } of edits) {
    const refused = refusal(source);
    if (refused) throw new Error(refused);
  }
  const first = await computing(edits, take(rung, world), world);
  const most = workersFor(navigator) - 1;
  if (most < 1) return first;
  const help = (where: Rung) => computing(edits, start(where, world), world);
  const { send, listen, dismiss } = pooled(first, { most, start: help });
  return {
    send,
    listen,
    get ended() {
      return first.ended;
    },
    end() {
      dismiss();
      first.end();
    },
  };
}

/** Gives a worker the edits. */
async function computing(
  edits: Edit[],
  { worker, engine: starting, end: endWorker }: Started,
  world: World,
): Promise<CodeEngine> {
  const engine = await starting;
  const open = new Set<string>();
  let asked: number | undefined;
  let ended = false;
  let stopAsking = () => {};
  const hearers = new Set<(reply: Reply) => void>();
  const say = (reply: Reply) => {
    for (const hear of [...hearers]) hear(reply);
  };
  const stopHearing = engine.listen((reply) => {
    if (reply.kind === 'stopped') {
      ended = true;
      stopAsking();
    }
    if ((reply as unknown as CodeReply).kind === 'alive') asked = undefined;
    else say(reply);
  });
  const end = () => {
    ended = true;
    stopAsking();
    stopHearing();
    endWorker();
  };

  await answered(engine, 'locked', () => worker.postMessage({ kind: 'code', edits }));
  // Until here the worker is busy with what is ours.
  stopAsking = world.every(askEvery, () => {
    if (asked === undefined) {
      asked = world.now();
      worker.postMessage({ kind: 'alive', id: asked });
    } else if (world.now() - asked > patience) {
      end();
      for (const lab of open) say({ kind: 'state', lab, state: 'error', step: 0, words: tooLong });
      say({ kind: 'stopped', words: tooLong });
    }
  });
  return {
    send(request) {
      if (request.kind === 'open') open.add(request.lab);
      if (request.kind === 'close') open.delete(request.lab);
      // It may have come to its end before anybody was there to hear of it.
      if (!ended) engine.send(request);
      else if (request.kind === 'open' || request.kind === 'ladder')
        say(
          request.kind === 'open'
            ? { kind: 'state', lab: request.lab, state: 'error', step: 0, words: tooLong }
            : { kind: 'stopped', words: tooLong },
        );
    },
    listen(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    get ended() {
      return ended;
    },
    end,
  };
}

/** Settles with the first reply of a kind after `ask`; rejects with a sentence where the worker dies. */
function answered(engine: Engine, kind: string, ask: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = engine.listen((reply) => {
      if (reply.kind === 'stopped') reject(new Error(reply.words));
      else if ((reply as { kind: string }).kind !== kind) return;
      else resolve();
      stop();
    });
    ask();
  });
}
