/** One system in a worker: a realm of its own, so that no system meets another's registrations. */
import { watchWebGPU } from './count';
import { Meter } from './measure';
import type { System } from './types';

/** Asked for a method of the meter by name; answers its result, or a sentence. */
export interface Ask {
  id: number;
  method: 'open' | 'run' | 'profile' | 'adapter' | 'close';
  args: unknown[];
}

export interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

export async function serve(load: () => Promise<System>): Promise<void> {
  watchWebGPU();
  const meter = new Meter(await load());
  addEventListener('message', async ({ data: { id, method, args } }: MessageEvent<Ask>) => {
    const answer: Answer = { id };
    try {
      answer.result = await (meter[method] as (...all: unknown[]) => unknown).apply(meter, args);
    } catch (error) {
      answer.error = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
    }
    postMessage(answer);
  });
  postMessage('ready');
}
