/** The page's side of a reader's code: the worker that stands ready, and when one is ended. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  engineFor,
  longestReady,
  patience,
  standReady,
  tooLong,
  type World,
} from '../../src/notebook/client';
import type { Edit } from '../../src/notebook/edit';

/** Called with all that a worker is sent. */
let posted = (_: { kind: string }): unknown => undefined;

class FakeWorker {
  onmessage = (_: { data: unknown }) => {};
  onerror = (_: { message: string; preventDefault(): void }) => {};
  sent: { kind: string }[] = [];
  ended = false;
  /** What the worker itself would answer. */
  postMessage(message: { kind: string; id?: number }): void {
    this.sent.push(message);
    posted(message);
    if (message.kind === 'ladder') this.say({ kind: 'ladder', ladder: { chosen: 'wasm' } });
    if (message.kind === 'code') this.say({ kind: 'locked' });
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: unknown): void {
    this.onmessage({ data });
  }
  kinds(): string[] {
    return this.sent.map(({ kind }) => kind).filter((kind) => kind !== 'hidden');
  }
}

/** A world of its own: what stands ready in one is not taken in another. */
function world() {
  const workers: FakeWorker[] = [];
  const ticks = new Set<() => void>();
  const later = new Set<{ at: number; run(): void }>();
  let now = 0;
  const its: World = {
    worker() {
      const worker = new FakeWorker();
      workers.push(worker);
      // Its script has come.
      queueMicrotask(() => worker.say('ready'));
      return worker as unknown as Worker;
    },
    every(_, run) {
      ticks.add(run);
      return () => ticks.delete(run);
    },
    after(ms, run) {
      const each = { at: now + ms, run };
      later.add(each);
      return () => later.delete(each);
    },
    now: () => now,
  };
  const pass = (ms: number) => {
    now += ms;
    for (const tick of [...ticks]) tick();
    for (const { at, run } of [...later]) if (at <= now) run();
  };
  return { its, workers, pass };
}

const edit: Edit = {
  ...{ file: 'src/model/balancing/switch.ts', name: 'loss', start: 0, end: 1, indent: 0 },
  firstLine: 1,
  source: 'x',
};
const near = { experiment: 'moe-balance', files: [edit.file] };

beforeEach(() => {
  vi.stubGlobal('document', { hidden: false, addEventListener() {}, removeEventListener() {} });
});
afterEach(() => {
  posted = () => undefined;
  vi.unstubAllGlobals();
});

it('has a worker ready while a reader writes, and one only', async () => {
  const { its, workers } = world();
  standReady(near, its);
  standReady(near, its);
  await engineFor([edit], undefined, its);
  expect(workers).toHaveLength(1);
  // The library is read before the code comes, and the code before anything is opened.
  expect(workers[0].kinds()).toEqual(['ladder', 'gather', 'gather', 'code']);
  standReady(near, its);
  expect(workers).toHaveLength(2);
  expect(workers[0].ended).toBe(false);
});

it('starts one at once where none stands ready, or one for another rung', async () => {
  const { its, workers } = world();
  await engineFor([edit], undefined, its);
  expect(workers[0].kinds()).toEqual(['ladder', 'code']);
  standReady(near, its);
  standReady({ ...near, rung: 'wasm' }, its);
  expect(workers.map(({ ended }) => ended)).toEqual([false, true, false]);
  await engineFor([edit], 'cpu', its);
  expect(workers).toHaveLength(4);
});

it('lets go of a worker that stood ready for nothing', async () => {
  const { its, workers, pass } = world();
  standReady(near, its);
  pass(longestReady - 1);
  standReady(near, its); // a key was pressed
  pass(longestReady - 1);
  expect(workers[0].ended).toBe(false);
  pass(1);
  expect(workers[0].ended).toBe(true);
  await engineFor([edit], undefined, its);
  expect(workers).toHaveLength(2);
});

it('never takes a worker for text that may not be tried', async () => {
  const { its, workers } = world();
  await expect(engineFor([{ ...edit, source: '' }], undefined, its)).rejects.toThrow(
    'The cell is empty',
  );
  expect(workers).toEqual([]);
});

it('ends a worker whose code does not come back, and says so to its labs', async () => {
  const { its, workers, pass } = world();
  const engine = await engineFor([edit], undefined, its);
  const heard: unknown[] = [];
  engine.listen((reply) => heard.push(reply));
  engine.send({ kind: 'open', lab: 'a', experiment: 'x', lanes: [], order: 'at once' } as never);
  pass(10);
  workers[0].say({ kind: 'alive', id: 0 });
  pass(patience + 1);
  expect(engine.ended).toBe(false);
  pass(patience + 1);
  expect(engine.ended).toBe(true);
  expect(workers[0].ended).toBe(true);
  const said = { kind: 'state', lab: 'a', state: 'error', step: 0, words: tooLong };
  expect(heard).toEqual([said, { kind: 'stopped', words: tooLong }]);
  // Whoever comes later hears it, too.
  heard.length = 0;
  engine.send({ kind: 'ladder' });
  engine.send({ kind: 'open', lab: 'a', experiment: 'x', lanes: [], order: 'at once' } as never);
  expect(heard).toEqual([{ kind: 'stopped', words: tooLong }, said]);
});

it('says in words that a worker died before its code was in place', async () => {
  const { its, workers } = world();
  standReady(near, its);
  const engine = engineFor([edit], undefined, its);
  workers[0].onerror({ message: 'gone', preventDefault() {} });
  await expect(engine).rejects.toThrow('The engine stopped: gone. Trying again starts it anew.');
  await engineFor([edit], undefined, its);
  expect(workers).toHaveLength(2);
});

it('tries the models of a sweep in several workers, each with the same text', async () => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 3 });
  const { its, workers } = world();
  const engine = await engineFor([edit], 'wasm', its);
  engine.send({ kind: 'ladder', rung: 'wasm' });
  const lanes = [1, 2, 3].map((seed) => ({ settings: {}, seed }));
  const sweep = { experiment: 'moe-balance', lanes, order: 'in turn', lastStep: 5 } as const;
  const seen = new Promise<void>((resolve) => {
    posted = ({ kind }) => kind === 'visible' && resolve();
  });
  engine.send({ kind: 'open', lab: 'a', ...sweep });
  engine.send({ kind: 'play', lab: 'a' });
  await seen;
  expect(workers).toHaveLength(2);
  expect(workers[1].kinds()).toEqual(['ladder', 'code', 'ladder', 'open', 'speed', 'visible']);
  expect(workers[1].sent).toContainEqual({ kind: 'code', edits: [edit] });
  expect(workers[1].sent).toContainEqual({ kind: 'open', lab: 'a', turns: [1], ...sweep });
  engine.end();
  expect(workers.map(({ ended }) => ended)).toEqual([true, true]);
});
