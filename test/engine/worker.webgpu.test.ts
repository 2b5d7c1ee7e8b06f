import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/engine/client';
import type { Engine } from '../../src/engine/protocol';
import { Listener } from './fixtures/listener';

let engine: Engine;
const listener = new Listener();
const settings = { learningRate: 0.01 };

beforeAll(async () => {
  const url = new URL('./fixtures/worker.ts', import.meta.url);
  engine = await connect(new Worker(url, { type: 'module' }));
  engine.listen(listener.hear);
});

afterAll(() => engine.send({ kind: 'close', lab: 'a' }));

async function ladder(rung?: 'webgpu' | 'wasm' | 'cpu') {
  const answer = listener.next('ladder');
  engine.send({ kind: 'ladder', ...(rung && { rung }) });
  return (await answer).ladder;
}

it('measures the ladder and gives a sentence for each rung', async () => {
  const { chosen, byHand, reports } = await ladder();
  expect(byHand).toBe(false);
  expect(reports.map(({ rung }) => rung)).toEqual(['webgpu', 'wasm', 'cpu', 'recorded']);
  for (const { reason } of reports) expect(reason).toMatch(/\.$/);
  // The software adapter of the test machine is not even tried.
  expect(chosen).toBe('wasm');
  expect(reports[0]).toMatchObject({ usable: true, reason: expect.stringContaining('software') });
  expect(reports[1].stepMs).toBeGreaterThan(0);
});

for (const rung of ['cpu', 'wasm', 'webgpu'] as const)
  it(`trains on ${rung} when asked to`, async () => {
    listener.replies.length = 0;
    expect(await ladder(rung)).toMatchObject({ chosen: rung, byHand: true });
    const done = listener.state('done');
    engine.send({
      kind: 'open',
      lab: 'a',
      experiment: 'fixture',
      lanes: [{ settings, seed: 1 }],
      order: 'together',
      lastStep: 20,
    });
    engine.send({ kind: 'play', lab: 'a' });
    await done;
    const losses = listener.losses('a');
    expect(losses.size).toBe(20);
    results.push([...losses.values()]);
    expect(listener.all('frame').at(-1)!.frame.speed.captured).toBe(rung === 'webgpu');
    results.at(-1)!.forEach((loss, i) => {
      expect(loss).toBeCloseTo(results[0][i], 3);
    });
    engine.send({ kind: 'close', lab: 'a' });
  });
const results: number[][] = [];

it('goes on with a new device when the old one is lost', async () => {
  listener.replies.length = 0;
  await ladder('webgpu');
  const ready = listener.state('paused');
  engine.send({
    kind: 'open',
    lab: 'a',
    experiment: 'fixture',
    lanes: [{ settings, seed: 1 }],
    order: 'together',
    lastStep: 20,
  });
  await ready;
  const five = listener.state('paused');
  engine.send({ kind: 'step', lab: 'a', steps: 5 });
  await five;
  const still = listener.state('paused');
  const kept = listener.next('snapshot');
  engine.send({ kind: 'lose' });
  expect((await still).words).toBe('Paused at step 5.');
  expect((await kept).snapshot.step).toBe(5);
  const done = listener.state('done');
  engine.send({ kind: 'play', lab: 'a' });
  await done;
  [...listener.losses('a').values()].forEach((loss, i) => {
    expect(loss).toBeCloseTo(results[0][i], 3);
  });
});
