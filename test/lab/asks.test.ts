/** Standing questions: asked while it trains and at rest; what they answer is part of the run. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StandingQuestions } from '../../src/lab/asks';
import { LabStore } from '../../src/lab/store';
import type { Plain } from '../../src/model/experiments/types';
import { controls, lab, recorded } from './example-lab';
import { FakeEngine } from './fake-engine';

let engine: FakeEngine;
let store: LabStore;
let now = 0;

beforeEach(async () => {
  now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  engine = new FakeEngine();
  store = new LabStore({
    id: 'example',
    lab: {
      ...lab,
      findings: ({ answers }) => ({ length: String(answers?.text ?? '').length }),
      asks: {
        text: {
          act: 'generate',
          every: 1000,
          with: ({ experts }) => ({ length: Number(experts) }),
        },
      },
    },
    controls,
    recorded: recorded(),
    loadEngine: async () => engine,
  });
  void store.wake();
  await store.player.play();
  engine.state('example', 'running', 'Training.');
});
afterEach(() => {
  store.close();
  vi.restoreAllMocks();
});

const asked = () => engine.sent.filter((request) => request.kind === 'ask');
const answer = (value: Plain) =>
  engine.say({ kind: 'answer', lab: 'example', id: asked().at(-1)!.id, value });
/** The promise of an answer settles a moment after the reply. */
const settled = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));

describe('a standing question', () => {
  it('is asked now and then, one at a time, and its answer is in the run and its keyframes', async () => {
    engine.train('example', 1, 5);
    expect(asked()).toMatchObject([{ act: 'generate', asked: { length: 2 }, lane: 0 }]);
    now = 5000;
    engine.train('example', 6, 9);
    expect(asked()).toHaveLength(1);
    answer('abc');
    await expect.poll(() => store.run.value.answers).toEqual({ text: 'abc' });
    now = 5900;
    engine.train('example', 10, 12);
    expect(asked()).toHaveLength(1);
    now = 6000;
    engine.train('example', 13, 15);
    expect(asked()).toHaveLength(2);
    answer('abd');
    await expect.poll(() => store.run.value.answers).toEqual({ text: 'abd' });
    store.player.scrub(11);
    expect(store.shown.value.answers).toEqual({ text: 'abc' });
    store.player.scrub(15);
    expect(store.shown.value.answers).toEqual({ text: 'abd' });
  });

  it('is asked once more at rest, since the state has changed', async () => {
    engine.train('example', 1, 5);
    engine.state('example', 'paused', 'Paused.');
    expect(asked()).toHaveLength(1);
    answer('early');
    await expect.poll(() => asked()).toHaveLength(2);
    answer('late');
    await expect.poll(() => store.run.value.answers).toEqual({ text: 'late' });
    await settled();
    expect(asked()).toHaveLength(2);
  });

  it('at rest changes what was found', async () => {
    engine.train('example', 1, 5);
    engine.state('example', 'paused', 'Paused.');
    answer('early');
    await vi.waitFor(() => expect(asked()).toHaveLength(2));
    answer('at last');
    await vi.waitFor(() => expect(store.run.value.findings).toEqual({ length: 7 }));
    expect(store.told.findings.value).toEqual({ length: 7 });
  });

  it('is asked again when a setting changes at rest, and waits for its time while it trains', async () => {
    engine.train('example', 1, 5);
    store.set('balanceStrength', 0.3);
    expect(asked()).toHaveLength(1);
    answer('early');
    await expect.poll(() => store.run.value.answers).toEqual({ text: 'early' });
    engine.state('example', 'paused', 'Paused.');
    await expect.poll(() => asked()).toHaveLength(2);
    answer('at rest');
    await expect.poll(() => store.run.value.answers).toEqual({ text: 'at rest' });
    store.set('balanceStrength', 0.1);
    await expect.poll(() => asked()).toHaveLength(3);
    answer('with less');
    await expect.poll(() => store.run.value.answers).toEqual({ text: 'with less' });
  });

  it('that is refused says so, and the lab goes on', async () => {
    engine.train('example', 1, 5);
    const { id } = asked()[0];
    engine.say({ kind: 'unanswered', lab: 'example', id, words: 'It has read nothing yet.' });
    await expect.poll(() => store.notes.value).toEqual(['It has read nothing yet.']);
    now = 2000;
    engine.train('example', 6, 7);
    expect(asked()).toHaveLength(2);
  });

  it('of a run that is over is of no use', async () => {
    engine.train('example', 1, 5);
    const { id } = asked()[0];
    await store.player.restart();
    engine.say({ kind: 'answer', lab: 'example', id, value: 'of the former run' });
    await settled();
    engine.train('example', 1, 2);
    expect(store.run.value.answers).toBeUndefined();
    expect(store.notes.value).toEqual([]);
    expect(asked()).toHaveLength(2);
  });
});

describe('an act that a view asks', () => {
  it('brings its answer or its refusal, and neither where nothing is open', async () => {
    engine.train('example', 1, 5);
    const found = store.ask('knock out', { expert: 2 });
    const { id } = asked().at(-1)!;
    engine.say({ kind: 'answer', lab: 'example', id, value: { loss: 3 } });
    expect(await found).toEqual({ loss: 3 });
    const refused = store.ask('knock out', { expert: 9 });
    engine.say({
      kind: 'unanswered',
      lab: 'example',
      id: asked().at(-1)!.id,
      words: 'There are 2 experts.',
    });
    await expect(refused).rejects.toThrow('There are 2 experts.');
    const open = store.ask('knock out');
    store.close();
    await expect(open).rejects.toThrow('The model that was asked is closed.');
    await expect(store.ask('knock out')).rejects.toThrow('There is no model to ask yet');
  });

  it('may hand out the model inside', async () => {
    const found = store.player.link.model();
    const { id } = engine.sent.at(-1) as { id: number };
    const model = { form: 'decoder', about: {}, weights: {} };
    engine.say({ kind: 'model', lab: 'example', id, model });
    expect(await found).toEqual(model);
  });
});

it('asks each lane by itself', () => {
  const ask = vi.fn(() => new Promise<Plain>(() => {}));
  const questions = new StandingQuestions(
    { text: { act: 'generate', every: 10 } },
    { ask, answer: () => {}, refused: () => {}, now: () => 0 },
  );
  questions.due(0, {});
  questions.due(1, {});
  questions.due(0, {});
  expect(ask.mock.calls).toEqual([
    ['generate', {}, 0],
    ['generate', {}, 1],
  ]);
});
