/** A lab that trains with a reader's code: which engine computes, and which is ended. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CodeEngine } from '../../src/lab/engine';
import { LabStore } from '../../src/lab/store';
import type { Edit } from '../../src/notebook/edit';
import { controls, lab, recorded } from './example-lab';
import { FakeEngine } from './fake-engine';

class FakeCodeEngine extends FakeEngine implements CodeEngine {
  ended = false;
  end(): void {
    this.ended = true;
  }
}

const edit = (source: string): Edit[] => [
  { file: 'src/model/x.ts', name: 'x', start: 0, end: 1, indent: 0, firstLine: 1, source },
];

let library: FakeEngine;
let made: { engine: FakeCodeEngine; come(): void; fail(words: string): void }[];
let near: string[][];
let store: LabStore;

beforeEach(() => {
  library = new FakeEngine();
  made = [];
  near = [];
  store = new LabStore({
    id: 'example',
    lab: { ...lab, experiment: 'x' },
    controls,
    recorded: recorded(),
    loadEngine: async () => library,
    codeEngines: {
      near: ({ files }) => void near.push(files),
      engineFor: () =>
        new Promise((resolve, reject) => {
          const engine = new FakeCodeEngine();
          const fail = (words: string) => reject(new Error(words));
          made.push({ engine, come: () => resolve(engine), fail });
        }),
    },
  });
  void store.wake();
});
afterEach(() => store.close());

const opens = ({ sent }: FakeEngine) => sent.filter(({ kind }) => kind === 'open').length;

/** Tries an edit and runs. */
async function running(edits: Edit[]) {
  const trying = store.trainWith(edits);
  await expect.poll(() => made.length).toBeGreaterThan(0);
  const { engine, come } = made.at(-1)!;
  come();
  await trying;
  engine.state('example', 'running', 'Training.');
  engine.train('example', 1, 5);
  return engine;
}

it('opens in the engine of the edit, and in the library’s once it is taken back', async () => {
  const engine = await running(edit('a'));
  expect(opens(engine)).toBe(1);
  expect(opens(library)).toBe(0);
  expect(store.run.value.code).toEqual(['src/model/x.ts#x']);
  await store.trainWith([]);
  expect(engine.ended).toBe(true);
  expect(opens(library)).toBe(1);
});

it('starts the same edit anew where it runs', async () => {
  const engine = await running(edit('a'));
  await store.trainWith(edit('a'));
  expect(made).toHaveLength(1);
  expect(engine.kinds()).toContain('restart');
  void store.trainWith(edit('b'));
  await expect.poll(() => made.length).toBe(2);
  expect(engine.ended).toBe(true);
});

it('goes with the last of two presses, and ends the engine of the first', async () => {
  const first = store.trainWith(edit('a'));
  await expect.poll(() => made.length).toBe(1);
  const second = store.trainWith(edit('b'));
  await expect.poll(() => made.length).toBe(2);
  made[0].come();
  made[1].come();
  await Promise.all([first, second]);
  expect(made[0].engine.ended).toBe(true);
  expect([opens(made[0].engine), opens(made[1].engine)]).toEqual([0, 1]);
});

it('gets another engine where the one before was stopped', async () => {
  const engine = await running(edit('a'));
  engine.ended = true;
  engine.state('example', 'error', 'It did not come back.');
  store.player.goOn();
  await expect.poll(() => made.length).toBe(2);
  made[1].come();
  await expect.poll(() => opens(made[1].engine)).toBe(1);
});

it('says why there is no engine, and tries again with the next press', async () => {
  const trying = store.trainWith(edit('a'));
  await expect.poll(() => made.length).toBe(1);
  made[0].fail('the file was not found.');
  await trying;
  expect(store.player.words.value).toBe('The engine could not be started: the file was not found.');
  await running(edit('a'));
  expect(made).toHaveLength(2);
});

it('tells of files that a reader is at work on, unless only a recording plays', () => {
  store.codeIsNear(['src/model/x.ts']);
  expect(near).toEqual([['src/model/x.ts']]);
  store.player.rung.value = 'recorded';
  store.codeIsNear(['src/model/x.ts']);
  expect(near).toHaveLength(1);
});
