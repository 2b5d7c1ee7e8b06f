/** The page's side of the engine, with workers that a test holds in its hand. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Reply } from '../../src/engine/protocol';

class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage = (_: { data: unknown }) => {};
  onerror = (_: { message: string; preventDefault(): void }) => {};
  readonly sent: unknown[] = [];
  posted = (_: { kind: string; turns?: number[] }): unknown => undefined;
  terminated = false;
  constructor() {
    FakeWorker.made.push(this);
  }
  postMessage(message: { kind: string }): void {
    this.sent.push(message);
    this.posted(message);
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
/** What waits for a lock, by its name. */
const waiting = new Map<string, () => void>();

beforeEach(() => {
  vi.resetModules();
  FakeWorker.made = [];
  listeners.clear();
  waiting.clear();
  vi.stubGlobal('navigator', {
    locks: {
      request: async (name: string, _: unknown, granted: () => void) => {
        waiting.set(name, granted);
      },
    },
  });
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

it('is another one where the browser ended the first without a word', async () => {
  const { engine, one, worker, heard } = await started();
  one.send(open);
  worker.say({ kind: 'lives', lock: 'its own' });
  expect(heard).toEqual([]);
  waiting.get('its own')!();
  const words =
    'The engine stopped: the browser ended it without a word, perhaps because it ran out of memory. Trying again starts it anew.';
  expect(heard).toEqual([
    { kind: 'state', lab: 'a', state: 'error', step: 0, words },
    { kind: 'stopped', words },
  ]);
  expect(listeners.size).toBe(0);
  const again = engine();
  FakeWorker.made[1].say('ready');
  expect(await again).not.toBe(one);
});

it('leaves nothing on the page where whoever began it ends it', async () => {
  const { connect } = await import('../../src/engine/client');
  const over = new AbortController();
  const worker = new FakeWorker();
  const connecting = connect(worker as unknown as Worker, undefined, over.signal);
  worker.say('ready');
  const heard: Reply[] = [];
  (await connecting).listen((reply) => heard.push(reply));
  expect(listeners.size).toBe(1);
  over.abort();
  expect(listeners.size).toBe(0);
  worker.fail('ended');
  expect(heard).toEqual([]);
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

it('brings another worker where there are cores for it, and ends it with the lab', async () => {
  vi.stubGlobal('navigator', { ...navigator, hardwareConcurrency: 3 });
  const { one, worker } = await started();
  worker.say({ kind: 'ladder', ladder: { chosen: 'wasm', byHand: false, reports: [] } });
  const lanes = [1, 2, 3].map((seed) => ({ settings: {}, seed }));
  one.send({ ...open, lanes, order: 'in turn' });
  one.send({ kind: 'play', lab: 'a' });
  expect(FakeWorker.made).toHaveLength(2);
  const [, helper] = FakeWorker.made;
  const sent = (kind: string) =>
    new Promise<{ turns?: number[] }>((resolve) => {
      helper.posted = (message) => message.kind === kind && resolve(message);
    });
  const climbs = sent('ladder');
  helper.say('ready');
  await climbs;
  const opens = sent('open');
  helper.say({ kind: 'ladder', ladder: { chosen: 'wasm', byHand: true, reports: [] } });
  expect((await opens).turns).toEqual([1]);
  expect(helper.terminated).toBe(false);
  one.send({ kind: 'close', lab: 'a' });
  expect(helper.terminated).toBe(true);
  expect(worker.terminated).toBe(false);
});
