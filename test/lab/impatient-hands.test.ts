/**
 * A reader who presses the next button before the last is answered, and a worker whose replies are
 * on their way meanwhile: the lab comes to rest where its engine does, and its figure holds the rows
 * of one run.
 */
import { afterEach, expect, it } from 'vitest';
import type { LabState, Reply, Request } from '../../src/engine/protocol';
import type { Engine } from '../../src/lab/engine';
import { replay } from '../../src/lab/recorded-engine';
import { LabStore } from '../../src/lab/store';
import type { LabDescription } from '../../src/lab/types';
import { uniforms } from '../../src/tensor/random';
import tiny from '../engine/fixtures/tiny';
import { TestWorker } from '../engine/fixtures/workers';
import { controls, lab as example, recorded } from './example-lab';

const lastStep = 60;
const lab: LabDescription = {
  ...example,
  experiment: 'tiny',
  fixed: { learningRate: 0.01 },
  lastStep,
};

const turn = () => new Promise<void>((wake) => setImmediate(wake));

/** A worker behind a wire: each message takes some turns, and none overtakes another. */
class Wire implements Engine {
  readonly worker = new TestWorker(tiny);
  /** What the worker said last, heard or not. */
  last: LabState = 'idle';
  private readonly hearers = new Set<(reply: Reply) => void>();
  private there: Promise<void> = Promise.resolve();
  private back: Promise<void> = Promise.resolve();
  private underWay = 0;

  constructor(private readonly delay: () => number) {
    this.worker.listen((reply) => {
      if (reply.kind === 'state') this.last = reply.state;
      this.back = this.carry(this.back, () => {
        for (const hear of [...this.hearers]) hear(reply);
      });
    });
  }

  send(request: Request): void {
    this.there = this.carry(this.there, () => this.worker.send(request));
  }

  listen(hear: (reply: Reply) => void): () => void {
    this.hearers.add(hear);
    return () => this.hearers.delete(hear);
  }

  /** Settles when nothing is under way and the worker trains no more. */
  async quiet(): Promise<void> {
    do {
      await turn();
      await this.worker.quiet;
    } while (this.underWay || !['paused', 'done'].includes(this.last));
  }

  private async carry(before: Promise<void>, arrive: () => void): Promise<void> {
    this.underWay++;
    await before;
    for (let turns = this.delay(); turns > 0; turns--) await turn();
    arrive();
    this.underWay--;
  }
}

const stores: LabStore[] = [];
const wires: Wire[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) store.close();
  for (const wire of wires.splice(0)) await wire.quiet().catch(() => {});
});

function make(engine: Engine): LabStore {
  const store = new LabStore({
    id: 'example',
    lab,
    controls,
    recorded: recorded(),
    loadEngine: async () => engine,
  });
  stores.push(store);
  void store.wake();
  return store;
}

const losses = (store: LabStore) => (store.run.value.metrics.loss ?? []).map(([loss]) => loss);

/** What a run of each seed gives where nobody touches it. */
async function untouched(seeds: number[]): Promise<Map<number, number[]>> {
  const runs = new Map<number, number[]>();
  for (const seed of seeds) {
    const wire = new Wire(() => 0);
    const store = make(wire);
    store.setSeed(seed);
    await store.player.play();
    await wire.quiet();
    expect(losses(store)).toHaveLength(lastStep);
    runs.set(seed, losses(store));
  }
  return runs;
}

it('rests where its engine rests, with the rows of one run', async () => {
  const runs = await untouched([1, 2]);
  for (let order = 1; order <= 24; order++) {
    const draw = uniforms(order, 'hands');
    const below = (n: number) => Math.floor(draw() * n);
    const wire = new Wire(() => below(4));
    const store = make(wire);
    const { player } = store;
    const hands: [string, () => unknown][] = [
      ['play', () => player.play()],
      ['pause', () => player.pause()],
      ['step', () => player.step()],
      ['restart', () => player.restart()],
      ['look back', () => player.scrub(below(lastStep))],
      ['another seed', () => store.setSeed(1 + below(2))],
      ['slow', () => player.setSpeed(500)],
      ['fast', () => player.setSpeed(Number.POSITIVE_INFINITY)],
    ];
    const pressed = ['play'];
    await player.play();
    for (let press = 0; press < 14; press++) {
      const [name, hand] = hands[below(hands.length)];
      pressed.push(name);
      void hand();
      for (let turns = below(5); turns > 0; turns--) await turn();
    }
    player.setSpeed(Number.POSITIVE_INFINITY);
    await wire.quiet();
    const told = `order ${order}: ${pressed.join(', ')}`;
    expect(player.state.value, told).toBe(wire.last);
    const { seed, steps, step } = store.run.value;
    expect(steps, told).toEqual(Array.from({ length: step }, (_, i) => i + 1));
    expect(losses(store), told).toEqual(runs.get(seed)?.slice(0, step));
  }
});

it('begins a recording anew, and stands at its first step', async () => {
  const store = make(replay(recorded()));
  await store.player.chooseRung('recorded');
  await store.player.step();
  await store.player.restart();
  expect(store.player.state.value).toBe('paused');
});
