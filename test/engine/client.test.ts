/** The page's side of the engine, with workers that a test holds in its hand. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Reply } from '../../src/engine/protocol';

class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage = (_: { data: unknown }) => {};
  onerror = (_: { message: string; preventDefault(): void }) => {};
  readonly sent: unknown[] = [];
  terminated = false;
  constructor() {
    FakeWorker.made.push(this);
  }
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  terminate(): void {
    this.terminated = true;
  }
  say(data: unknown): void {
    this.onmessage({ data });
  }
  fail(message = ''): void {
    this.onerror({ message, preventDefault: () => {} });
  }
}

const listeners = new Set<unknown>();

beforeEach(() => {
  vi.resetModules();
  FakeWorker.made = [];
  listeners.clear();
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('document', {
    hidden: false,
    addEventListener: (_: string, listener: unknown) => listeners.add(listener),
    removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function started() {
  const { engine } = await import('../../src/engine/client');
  const loading = engine();
  const worker = FakeWorker.made.at(-1)!;
  worker.say('ready');
  const heard: Reply[] = [];
  const one = await loading;
  one.listen((reply) => heard.push(reply));
  return { engine, one, worker, heard };
}

const open = {
  kind: 'open',
  lab: 'a',
  experiment: 'x',
  lanes: [],
  order: 'together',
  lastStep: 1,
} as const;

it('is one engine for all who ask', async () => {
  const { engine, one } = await started();
  expect(await engine()).toBe(one);
  expect(FakeWorker.made).toHaveLength(1);
});

it('is another one where the first stopped, which says so to everybody', async () => {
  const { engine, one, worker, heard } = await started();
  one.send(open);
  one.send({ ...open, lab: 'b' });
  one.send({ kind: 'close', lab: 'b' });
  worker.fail('out of memory');
  const words = 'The engine stopped: out of memory. Trying again starts it anew.';
  expect(heard).toEqual([
    { kind: 'state', lab: 'a', state: 'error', step: 0, words },
    { kind: 'stopped', words },
  ]);
  expect(worker.terminated).toBe(true);
  expect(listeners.size).toBe(0);
  const again = engine();
  expect(FakeWorker.made).toHaveLength(2);
  FakeWorker.made[1].say('ready');
  expect(await again).not.toBe(one);
});

it('rejects in a sentence where it cannot be started, and can be asked again', async () => {
  const { engine } = await import('../../src/engine/client');
  const loading = engine();
  FakeWorker.made[0].fail();
  await expect(loading).rejects.toThrow(
    'The engine stopped: its code could not be loaded. Trying again starts it anew.',
  );
  const again = engine();
  FakeWorker.made[1].say('ready');
  expect((await again).send).toBeDefined();
});
