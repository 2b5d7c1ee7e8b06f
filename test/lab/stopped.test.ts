/** A lab whose engine stops under it: its worker died, whatever it was doing. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Request } from '../../src/engine/protocol';
import { LabStore } from '../../src/lab/store';
import { controls, lab, recorded } from './example-lab';
import { FakeEngine } from './fake-engine';

/** One that never says where it can compute. */
class SilentEngine extends FakeEngine {
  override send(request: Request): void {
    if (request.kind !== 'ladder') super.send(request);
  }
}

let engines: FakeEngine[];
let store: LabStore;
const words = 'The engine stopped: out of memory. Trying again starts it anew.';

beforeEach(() => {
  store = new LabStore({
    id: 'example',
    lab,
    controls,
    recorded: recorded(),
    loadEngine: async () => engines[0],
  });
  void store.wake();
});
afterEach(() => store.close());

/** The engine says its last, and the next to be fetched is another. */
function stop(): void {
  const [dead] = engines.splice(0, 1);
  if (dead.kinds().includes('open')) dead.state('example', 'error', words);
  dead.say({ kind: 'stopped', words });
}

/** Until another engine is told to play. */
async function tryAgain(): Promise<void> {
  const played = engines[0].next('play');
  store.player.goOn();
  await played;
}

it('is tried again with another engine', async () => {
  engines = [new FakeEngine(), new FakeEngine()];
  await store.player.play();
  engines[0].state('example', 'running', 'Training.');
  engines[0].train('example', 1, 20);
  stop();
  expect(store.player.state.value).toBe('error');
  expect(store.player.words.value).toBe(words);
  await tryAgain();
  expect(engines[0].kinds()).toEqual(['open', 'speed', 'play']);
  engines[0].state('example', 'running', 'Training.');
  engines[0].train('example', 1, 3);
  expect(store.run.value.step).toBe(3);
});

it.each(['play', 'step'] as const)(
  '%s asks another engine, not the one that is gone',
  async (wish) => {
    const dead = new FakeEngine();
    const next = new FakeEngine();
    engines = [dead, next];
    await store.player.play();
    dead.state('example', 'running', 'Training.');
    dead.train('example', 1, 20);
    stop();
    const asked = dead.kinds().length;
    const heard = next.next(wish);
    void store.player[wish]();
    await heard;
    expect(dead.kinds()).toHaveLength(asked);
    // What was trained before it stopped is not lost.
    expect(store.history.own.value.map(({ step }) => step)).toEqual([20]);
  },
);

it('does not wait for a ladder that is climbed no more', async () => {
  engines = [new SilentEngine(), new FakeEngine()];
  const playing = store.player.play();
  await new Promise((resolve) => setTimeout(resolve));
  stop();
  await playing;
  expect(store.player.state.value).toBe('error');
  expect(store.player.words.value).toContain(words);
  await tryAgain();
  expect(engines[0].kinds()).toEqual(['open', 'speed', 'play']);
});

it('plays with another engine where the one that made it ready stopped', async () => {
  engines = [new SilentEngine(), new FakeEngine()];
  await store.player.prepare();
  stop();
  expect(store.player.state.value).toBe('idle');
  await store.player.play();
  expect(engines[0].kinds()).toEqual(['open', 'speed', 'play']);
});

it('answers no question that was asked of it', async () => {
  engines = [new FakeEngine()];
  await store.player.play();
  const [asked] = [store.player.link.ask('where'), engines[0]];
  stop();
  await expect(asked).rejects.toThrow(words);
});
