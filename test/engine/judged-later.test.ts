/** A rung that is chosen by hand trains at once, and shows behind the first step whether it is right. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forget } from '../../src/engine/rungs/ladder';
import { expectedLoss } from '../../src/engine/rungs/reference';
import type { Host } from '../../src/engine/worker/host';
import type { Experiment } from '../../src/model/experiments/types';
import * as tf from '../../src/tensor/tf';
import { fairClock, HeldClock } from './fixtures/clock';
import { hostWith } from './fixtures/engine';
import type { Listener } from './fixtures/listener';
import tiny from './fixtures/tiny';

/** As tiny, but its start takes the kernel that a test breaks. */
const withRelu: Experiment = {
  ...tiny,
  name: 'with-relu',
  start(settings, seed) {
    tf.relu(tf.ones([2]));
    return tiny.start(settings, seed);
  },
};

let host: Host;
let listener: Listener;
/** The page draws the first steps in the second that it waits. */
let time: HeldClock;
const aSecond = 1000;
const lanes = [{ settings: { learningRate: 0.01 }, seed: 1 }];
const open = { kind: 'open', lab: 'a', experiment: 'tiny', order: 'together', lanes } as const;
const chosenByHand = { kind: 'ladder', rung: 'cpu', later: true } as const;

beforeEach(async () => {
  for (const rung of ['webgpu', 'wasm', 'cpu'] as const) forget(rung);
  time = new HeldClock();
  ({ host, listener } = hostWith({ ...fairClock(), sleep: time.sleep }, tiny, withRelu));
});
afterEach(() => host.handle({ kind: 'close', lab: 'a' }));

async function broken(change: (kernel: tf.KernelConfig) => tf.KernelConfig[], run: () => unknown) {
  await tf.loadBackend.cpu();
  const right = tf.getKernel('Relu', 'cpu');
  tf.unregisterKernel('Relu', 'cpu');
  for (const kernel of change(right)) tf.registerKernel(kernel);
  try {
    await run();
  } finally {
    if (tf.getKernel('Relu', 'cpu')) tf.unregisterKernel('Relu', 'cpu');
    tf.registerKernel(right);
  }
}

const computesWrongly = (kernel: tf.KernelConfig) => [
  { ...kernel, kernelFunc: tf.getKernel('Abs', 'cpu').kernelFunc },
];

it('is not measured before the first step, and found right behind it', async () => {
  await host.handle(chosenByHand);
  const [{ ladder }] = listener.all('ladder');
  expect(ladder).toMatchObject({ chosen: 'cpu', byHand: true });
  expect(ladder.reports[2]).toEqual({
    rung: 'cpu',
    usable: true,
    reason: 'JavaScript: chosen by hand, not measured yet.',
  });
  await host.handle({ ...open, lastStep: 1_000_000 });
  const judged = listener.next('ladder');
  await host.handle({ kind: 'play', lab: 'a' });
  await time.pass(aSecond);
  const { ladder: later } = await judged;
  expect(later).toMatchObject({ chosen: 'cpu', byHand: true });
  expect(later.reports[2].reason).toBe('JavaScript: chosen by hand, and it computes rightly.');
  const frames = listener.all('frame').map(({ frame }) => frame.step);
  expect(frames.at(-1)).toBeGreaterThan(0);
  // It is measured where a choice depends on it.
  await host.handle({ kind: 'ladder', rung: 'cpu' });
  expect(listener.all('ladder').at(-1)!.ladder.reports[2].stepMs).toBeGreaterThan(0);
});

it('is given up behind the first step where it computes wrongly, with both numbers', () =>
  broken(computesWrongly, async () => {
    await host.handle(chosenByHand);
    await host.handle({ ...open, lastStep: 1_000_000 });
    const refused = listener.state('error');
    await host.handle({ kind: 'play', lab: 'a' });
    await time.pass(aSecond);
    const { words } = await refused;
    expect(words).toContain(`where ${expectedLoss} is right`);
    expect(words).toContain('start again to compute in another way');
    const { ladder } = await listener.next('ladder');
    expect(ladder.chosen).toBe('wasm');
    expect(ladder.reports[2].usable).toBe(false);
    await host.handle({ ...open, lastStep: 5 });
    const done = listener.state('done');
    await host.handle({ kind: 'play', lab: 'a' });
    await done;
    expect(tf.getBackend()).toBe('wasm');
  }));

it('makes way for another where a lab cannot even start on it', () =>
  broken(
    () => [],
    async () => {
      await host.handle(chosenByHand);
      await host.handle({ ...open, experiment: 'with-relu', lastStep: 5 });
      const states = listener.all('state').map(({ state }) => state);
      expect(states).not.toContain('error');
      expect(states.at(-1)).toBe('paused');
      expect(listener.all('ladder').at(-1)!.ladder.chosen).toBe('wasm');
    },
  ));

it('stays where a lab fails for a reason of its own', async () => {
  await host.handle(chosenByHand);
  const lanesOfNone = [{ settings: { learningRate: 'fast' }, seed: 1 }];
  await host.handle({ ...open, lanes: lanesOfNone, lastStep: 5 });
  expect(listener.all('state').at(-1)).toMatchObject({
    state: 'error',
    words: 'The live setting learningRate is fast; it must be a number.',
  });
  expect(listener.all('ladder').at(-1)!.ladder.chosen).toBe('cpu');
});
