/** The page's side of free cells: what it hears, what it refuses, and when it ends a worker. */
import { describe, expect, it } from 'vitest';
import {
  broken,
  FreeCells,
  longest,
  lost,
  patience,
  tooLong,
} from '../../src/notebook/free/client';
import type { FreeReply, FreeRequest } from '../../src/notebook/free/protocol';
import { received } from '../../src/notebook/free/received';

class FakeWorker {
  sent: FreeRequest[] = [];
  ended = false;
  onmessage?: (event: { data: unknown }) => void;
  onerror?: (event: { preventDefault(): void }) => void;
  postMessage(request: FreeRequest) {
    this.sent.push(request);
  }
  terminate() {
    this.ended = true;
  }
  say(data: unknown) {
    this.onmessage?.({ data });
  }
}

function desk() {
  const workers: FakeWorker[] = [];
  const heard: FreeReply[] = [];
  let now = 0;
  const ticks = new Set<() => void>();
  const cells = new FreeCells((reply) => heard.push(reply), {
    worker() {
      const made = new FakeWorker();
      workers.push(made);
      return made as unknown as Worker;
    },
    every(_ms, run) {
      ticks.add(run);
      return () => ticks.delete(run);
    },
    now: () => now,
  });
  return {
    cells,
    workers,
    heard,
    pass(ms: number) {
      now += ms;
      for (const tick of [...ticks]) tick();
    },
    run: (source = '1') =>
      cells.run('a', [
        { id: 'a', source },
        { id: 'b', source: '2' },
      ]),
  };
}

describe('free cells', () => {
  it('load a worker with the first press, and send what was pressed once it is ready', () => {
    const { workers, run } = desk();
    expect(workers).toEqual([]);
    run();
    expect(workers[0].sent).toEqual([]);
    workers[0].say({ kind: 'ready' });
    expect(workers[0].sent).toMatchObject([{ kind: 'run', press: 'a' }]);
    run();
    expect(workers).toHaveLength(1);
    expect(workers[0].sent).toHaveLength(2);
  });

  it('end a worker that does not come back, say why, and begin anew with the next press', () => {
    const { workers, heard, pass, run } = desk();
    run();
    pass(10 * longest); // getting ready takes what it takes
    expect(workers[0].ended).toBe(false);
    workers[0].say({ kind: 'ready' });
    workers[0].say({ kind: 'running', cell: 'a' });
    pass(1000);
    expect(workers[0].sent.at(-1)?.kind).toBe('alive');
    pass(patience);
    expect(workers[0].ended).toBe(false);
    pass(1);
    expect(workers[0].ended).toBe(true);
    expect(heard.slice(-2)).toEqual([
      { kind: 'failed', cell: 'a', words: lost },
      { kind: 'rested' },
    ]);
    run();
    expect(workers).toHaveLength(2);
    // What the ended one still says is not heard.
    workers[0].say({ kind: 'failed', cell: 'b', words: 'forged' });
    expect(heard.at(-1)).toEqual({ kind: 'rested' });
  });

  it('end code that waits for ever, though it comes back', () => {
    const { workers, heard, pass, run } = desk();
    run();
    workers[0].say({ kind: 'ready' });
    for (let waited = 0; waited <= longest; waited += 1000) {
      pass(1000);
      const asked = workers[0].sent.at(-1);
      if (asked?.kind === 'alive') workers[0].say(asked);
    }
    expect(heard).toContainEqual({ kind: 'failed', cell: 'a', words: tooLong });
  });

  it('leave a worker that rests alone', () => {
    const { workers, pass, run } = desk();
    run();
    workers[0].say({ kind: 'ready' });
    workers[0].say({ kind: 'rested' });
    pass(10 * longest);
    expect(workers[0].ended).toBe(false);
  });

  it('end a worker that says it is broken, and make another', () => {
    const { workers, heard, run } = desk();
    run();
    workers[0].say({ kind: 'ready' });
    workers[0].say({ kind: 'running', cell: 'a' });
    workers[0].say({ kind: 'broken' });
    expect(workers[0].ended).toBe(true);
    expect(heard).toContainEqual({ kind: 'failed', cell: 'a', words: broken });
    run();
    expect(workers).toHaveLength(2);
  });

  it('refuse a text that may not be tried, and leave out one of another cell', () => {
    const { workers, heard, run, cells } = desk();
    run('\u202e');
    expect(heard).toMatchObject([
      { kind: 'failed', cell: 'a', words: expect.stringContaining('cannot be seen') },
    ]);
    expect(workers).toEqual([]);
    cells.run('a', [
      { id: 'a', source: '1' },
      { id: 'b', source: '\u202e' },
    ]);
    workers[0].say({ kind: 'ready' });
    expect(workers[0].sent).toMatchObject([{ cells: [{ id: 'a' }] }]);
  });

  it('end a worker that says what it should not', () => {
    const { workers, heard, run } = desk();
    run();
    workers[0].say({ kind: 'ready' });
    workers[0].say({
      kind: 'shown',
      cell: 'a',
      words: '',
      results: [{ kind: 'html', text: '<b>' }],
    });
    expect(workers[0].ended).toBe(true);
    expect(heard[0]).toMatchObject({
      kind: 'failed',
      words: expect.stringContaining('does not draw'),
    });
  });
});

describe('what is received', () => {
  const chart = (options: object, mark: object = {}) => ({
    kind: 'shown',
    cell: 'a',
    words: '',
    results: [
      {
        kind: 'chart',
        chart: { options, marks: [{ mark: 'dot', rows: [1], options: {}, ...mark }] },
      },
    ],
  });

  it('is what the protocol says', () => {
    const good = chart({ x: { label: 'step' }, height: 100 }, { options: { fill: [1, 2] } });
    expect(received(good)).toEqual(good);
  });

  it.each([
    ['no message', 'hello'],
    ['an unknown kind', { kind: 'open' }],
    ['an option that is not drawn', chart({ document: 1 })],
    ['an address', chart({}, { options: { href: 'x' } })],
    ['a mark that is none', chart({}, { mark: 'image' })],
    ['a function’s place taken by a record', chart({}, { options: { fill: { a: 1 } } })],
    ['too many rows', chart({}, { rows: Array.from({ length: 5001 }, () => 1) })],
    [
      'a tensor that says more than it has',
      {
        kind: 'shown',
        cell: 'a',
        words: '',
        results: [
          {
            kind: 'tensor',
            shape: [2],
            dtype: 'float32',
            rows: 1,
            columns: 2,
            values: [1],
            least: 0,
            most: 1,
          },
        ],
      },
    ],
  ])('is nothing where it is %s', (_, message) => {
    expect(received(message)).toBeUndefined();
  });
});
