import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Findings, measure, referenceLabs } from '../../src/components/check/measure';
import { asText, pace, time, verdict } from '../../src/components/check/verdict';
import type { Request } from '../../src/engine/protocol';
import { FakeEngine, speed } from '../lab/fake-engine';

/** Trains as soon as it is told to, 10 steps every 20 ms; a lab named in `broken` fails instead. */
class WorkingEngine extends FakeEngine {
  broken: string | undefined;
  private timers = new Map<string, ReturnType<typeof setInterval>>();

  override send(request: Request): void {
    super.send(request);
    if (request.kind === 'close') clearInterval(this.timers.get(request.lab));
    if (request.kind !== 'play') return;
    const { lab } = request;
    if (lab === this.broken) {
      this.state(lab, 'error', 'The graphics device refused a command.');
      return;
    }
    let step = 0;
    this.timers.set(
      lab,
      setInterval(() => {
        this.train(lab, step + 1, step + 10);
        step += 10;
      }, 20),
    );
  }
}

/** What is found while the clock goes on by itself, as fast as the work allows. */
async function measured(engine: FakeEngine, say: (words: string) => void = () => {}) {
  let found: Findings | undefined;
  const measuring = measure(engine, say).then((findings) => {
    found = findings;
  });
  while (!found) await vi.advanceTimersByTimeAsync(20);
  await measuring;
  return found;
}

describe('measuring', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('times each reference lab, one after another, and closes it', async () => {
    const engine = new WorkingEngine();
    const said: string[] = [];
    const { ladder, labs, failures } = await measured(engine, (words) => said.push(words));
    expect(ladder.chosen).toBe('wasm');
    expect(failures).toEqual([]);
    expect(labs.map(({ words }) => words)).toEqual(referenceLabs.map(({ words }) => words));
    for (const lab of labs) expect(lab.stepsPerSecond).toBeCloseTo(500);
    expect(labs.map(({ runSeconds }) => runSeconds)).toEqual(
      [4, 2, 2].map((s) => expect.closeTo(s)),
    );
    const one = ['open', 'play', 'close'];
    expect(engine.kinds()).toEqual([...one, ...one, ...one]);
    expect(said).toHaveLength(4);
  });

  it('tells of a lab that fails and goes on with the others', async () => {
    const engine = new WorkingEngine();
    engine.broken = 'check-collapse';
    const { labs, failures } = await measured(engine);
    expect(labs).toHaveLength(2);
    expect(failures).toEqual([
      'Station 06: eight experts and a router: The graphics device refused a command.',
    ]);
  });

  it('gives up a lab that takes no step', async () => {
    const engine = new FakeEngine();
    const { labs, failures } = await measured(engine);
    expect(labs).toEqual([]);
    expect(failures[0]).toContain('no step within 60 seconds.');
  });

  it('trains nothing where only recorded runs are left', async () => {
    const engine = new WorkingEngine('recorded');
    expect((await measured(engine)).labs).toEqual([]);
    expect(engine.kinds()).toEqual([]);
  });
});

describe('the verdict', () => {
  const ladder = {
    chosen: 'wasm' as const,
    byHand: false,
    reports: [{ rung: 'webgpu' as const, usable: false, reason: 'No adapter.' }],
  };
  const lab = (words: string, runSeconds: number, startMs = 300) => ({
    words,
    startMs,
    stepsPerSecond: 1000 / runSeconds,
    speed,
    runSeconds,
  });
  const found = (labs: Findings['labs'], failures: string[] = []) => ({ ladder, labs, failures });

  it('is good where everything runs in half a minute', () => {
    expect(verdict(found([lab('A', 5), lab('B', 29)]))).toEqual([
      'The labs train here with WebAssembly, on the processor.',
      'Nothing in the course will be slow here.',
    ]);
  });

  it('names what is slow, what is too slow, what starts slowly and what failed', () => {
    const words = verdict(found([lab('A', 60), lab('B', 600, 9000)], ['C: it broke.']));
    expect(words).toContain(
      'Slow here: “A” takes 60 s for a whole run. Start it before you talk about it.',
    );
    expect(words).toContain(
      'Slow here: “B” takes 10 min for a whole run. Show its recorded run, or stop early.',
    );
    expect(words.join()).toContain('takes 9 s to start');
    expect(words.at(-1)).toBe('It failed: C: it broke.');
    expect([30, 31, 121].map((runSeconds) => pace({ runSeconds }))).toEqual([
      'runs well',
      'slow',
      'too slow to wait for',
    ]);
  });

  it('says that recorded runs remain', () => {
    const words = verdict({ ladder: { ...ladder, chosen: 'recorded' }, labs: [], failures: [] });
    expect(words).toHaveLength(1);
    expect(words[0]).toContain('every lab shows its recorded run');
  });

  it('can be sent as text', () => {
    const text = asText(found([lab('A', 5)]), 'Test/1.0');
    expect(text).toContain('WebGPU: No adapter.');
    expect(text).toContain('A: 200 steps per second, 5 s for a whole run, runs well');
    expect(text).toContain('Browser: Test/1.0');
    expect([3.12, 42.4, 150, 1500].map(time)).toEqual(['3.1 s', '42 s', '2.5 min', '25 min']);
  });
});
