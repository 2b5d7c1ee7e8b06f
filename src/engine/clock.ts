/** Time, as the engine has it: tests bring their own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Ends early where the signal says that nobody waits any more. */
  sleep(ms: number, nobody?: AbortSignal): Promise<void>;
  /** Lets waiting messages be handled. */
  breathe(): Promise<void>;
}

/** What browsers and their drivers promise, and may never do. */
export type Patience = Pick<Clock, 'sleep'>;

/**
 * What `work` gives. Rejects with the words if that takes longer; the signal then tells `work` to
 * go no further, should it come back to life.
 */
export async function within<T>(
  { sleep }: Patience,
  ms: number,
  words: string,
  work: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const late = async () => {
    await sleep(ms, over.signal);
    throw new Error(words);
  };
  try {
    return await Promise.race([work(over.signal), late()]);
  } finally {
    over.abort();
  }
}

/** The worker's clock. A message to oneself waits behind the page's, and is not held back. */
export function workerClock(): Clock {
  const { port1, port2 } = new MessageChannel();
  let wake: (() => void)[] = [];
  port1.onmessage = () => {
    const woken = wake;
    wake = [];
    for (const resolve of woken) resolve();
  };
  return {
    now: () => performance.now(),
    sleep,
    breathe: () =>
      new Promise((resolve) => {
        wake.push(resolve);
        port2.postMessage(0);
      }),
  };
}

export function sleep(ms: number, nobody?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    nobody?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
