/**
 * The page's side of the engine. The worker, and with it TensorFlow.js, is fetched when the
 * first lab is played, not before.
 */
import { workersFor } from './pool/machine';
import type { Helper } from './pool/member';
import { pooled } from './pool/pool';
import type { Engine, Lives, Reply } from './protocol';
import { sentence } from './sentence';

let started: Promise<Engine> | undefined;

/** The page's one engine, another where it stopped. Rejects with a sentence if it cannot be started. */
export function engine(): Promise<Engine> {
  started ??= start();
  return started;
}

async function start(): Promise<Engine> {
  const first = await connect(worker('switchyard'), () => {
    // Asking again tries again.
    started = undefined;
  });
  const most = workersFor(navigator) - 1;
  return most > 0 ? pooled(first, { most, start: help }) : first;
}

async function help(): Promise<Helper> {
  const over = new AbortController();
  const helper = worker('switchyard, helping');
  const engine = await connect(helper, undefined, over.signal);
  const end = () => {
    over.abort();
    helper.terminate();
  };
  return { ...engine, end };
}

const worker = (name: string) =>
  new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module', name });

/**
 * An engine in a worker that runs a Host. `stopped` is called should the worker die; whoever ends it
 * says so with the signal.
 */
export function connect(
  worker: Worker,
  stopped?: () => void,
  ended?: AbortSignal,
): Promise<Engine> {
  const hearers = new Set<(reply: Reply) => void>();
  const labs = new Set<string>();
  const say = (reply: Reply) => {
    for (const hear of [...hearers]) hear(reply);
  };
  const visibility = () => worker.postMessage({ kind: 'hidden', hidden: document.hidden });

  return new Promise((resolve, reject) => {
    const over = new AbortController();
    const leave = () => {
      over.abort();
      document.removeEventListener('visibilitychange', visibility);
    };
    const died = (reason: string) => {
      if (over.signal.aborted) return;
      leave();
      const words = `The engine stopped: ${reason} Trying again starts it anew.`;
      worker.terminate();
      stopped?.();
      reject(new Error(words));
      for (const lab of labs) say({ kind: 'state', lab, state: 'error', step: 0, words });
      say({ kind: 'stopped', words });
    };
    ended?.addEventListener('abort', leave);
    worker.onmessage = ({ data }: MessageEvent<Reply | Lives | 'ready'>) => {
      if (over.signal.aborted) return;
      if (data !== 'ready' && data.kind !== 'lives') return say(data);
      if (data !== 'ready') {
        // A worker that is out of memory may be ended without a word: it lets go of its lock, too.
        const ended = () =>
          died('the browser ended it without a word, perhaps because it ran out of memory.');
        navigator.locks.request(data.lock, { signal: over.signal }, ended).catch(() => {});
        return;
      }
      document.addEventListener('visibilitychange', visibility);
      visibility();
      resolve({
        send(request) {
          if (request.kind === 'open') labs.add(request.lab);
          if (request.kind === 'close') labs.delete(request.lab);
          worker.postMessage(request);
        },
        listen(hear) {
          hearers.add(hear);
          return () => hearers.delete(hear);
        },
      });
    };
    worker.onerror = (event) => {
      event.preventDefault();
      died(sentence(event.message || 'its code could not be loaded'));
    };
  });
}
