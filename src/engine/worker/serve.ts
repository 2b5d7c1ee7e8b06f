/** Runs a host in the worker that calls this: messages in, replies out. */
import type { Experiment } from '../../model/experiments/types';
import { workerClock } from '../clock';
import { mark } from '../marks';
import type { Lives, Reply, Request } from '../protocol';
import { Host } from './host';

/** `other` takes messages that are none of the engine's; true if it has. */
export function serve(
  experiment: (name: string) => Promise<Experiment>,
  other?: (message: never) => boolean,
): void {
  // Whoever runs a reader's code takes the name away from it.
  const say = postMessage.bind(globalThis);
  const host = new Host({
    post: (reply) => say(reply, { transfer: arraysOf(reply) }),
    experiment,
    clock: workerClock(),
  });
  addEventListener('message', ({ data }: MessageEvent<Request>) => {
    if (!other?.(data as never)) void host.handle(data);
  });
  // What nobody catches stops the engine with a message rather than silently.
  addEventListener('unhandledrejection', ({ reason }) => {
    setTimeout(() => {
      throw reason;
    });
  });
  // The client waits for this: a worker that could not be loaded says nothing.
  mark('worker up');
  say('ready');
  holdLock((lock) => say({ kind: 'lives', lock } satisfies Lives));
}

/** Held for ever; where the browser gives none, an end without a word goes unnoticed. */
function holdLock(held: (lock: string) => void): void {
  const { locks } = navigator;
  if (!locks) return;
  const lock = `switchyard ${crypto.randomUUID()}`;
  const hold = () => {
    held(lock);
    return new Promise(() => {});
  };
  locks.request(lock, hold).catch(() => {});
}

/** A frame's arrays are not needed here any more: they move instead of being copied. */
function arraysOf(reply: Reply): ArrayBuffer[] {
  if (reply.kind !== 'frame') return [];
  const { metrics, probes } = reply.frame;
  const arrays = [...Object.values(metrics), ...Object.values(probes)];
  return [...new Set(arrays.map(({ data }) => data.buffer as ArrayBuffer))];
}
