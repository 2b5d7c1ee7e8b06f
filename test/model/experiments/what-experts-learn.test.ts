/** Station 11: what is counted of a trained model, what is switched off and on in it, what it is taken apart into. */
import { describe, expect, it } from 'vitest';
import { losses } from '../../../src/model/decomposition/losses';
import { superposition } from '../../../src/model/decomposition/recipe';
import * as toy from '../../../src/model/decomposition/superposition';
import type {
  Inputs,
  Model,
  Settings,
  TrainingExperiment,
} from '../../../src/model/experiments/types';
import allOn from '../../../src/model/experiments/what-experts-learn/all-on';
import apart from '../../../src/model/experiments/what-experts-learn/apart';
import knockOut from '../../../src/model/experiments/what-experts-learn/knock-out';
import settle from '../../../src/model/experiments/what-experts-learn/settle';
import { freshRows, kinds } from '../../../src/model/experiments/what-experts-learn/shared/rows';
import whoTakesWhat from '../../../src/model/experiments/what-experts-learn/who-takes-what';
import { configOf, house, toModel } from '../../../src/model/networks/decoder';
import * as transformer from '../../../src/model/networks/transformer';
import * as yard from '../../../src/model/tasks/yard';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

/** A small decoder as drawn, of so many experts. */
async function drawn(change: Partial<typeof house> = {}): Promise<Model> {
  const shape = {
    ...house,
    dim: 16,
    layers: 2,
    denseHidden: 8,
    experts: 4,
    expertHidden: 4,
    ...change,
    words: yard.characters,
    seed: 1,
  };
  const config = configOf(shape);
  const params = transformer.init(config, 1);
  const model = await toModel({ shape, params, biases: [undefined, undefined] });
  tf.dispose(params);
  return model;
}

/** Metrics and probes after some steps of an experiment that looks at a model. */
async function looked(
  experiment: TrainingExperiment,
  steps: number,
  inputs: Inputs,
  settings: Settings = {},
  asked?: { act: string; with: Record<string, never[] | number[]> },
) {
  const session = experiment.start({ ...defaults, ...settings }, 1, inputs);
  let state = session.state;
  let metrics: Record<string, tf.Tensor> = {};
  const nowOf = (counter: tf.Scalar) => ({
    state,
    live: {},
    inputs: {},
    random: { seed: 1, counter },
  });
  for (let step = 0; step < steps; step++) {
    tf.dispose(metrics);
    const counter = tf.scalar(step, 'int32');
    const next = tf.tidy(() => session.step(nowOf(counter)));
    tf.dispose([state, counter]);
    state = next.state;
    metrics = next.metrics;
  }
  const counter = tf.scalar(steps, 'int32');
  const answer = asked && (await session.acts?.[asked.act](nowOf(counter), asked.with));
  const probes = Object.entries(session.probes ?? {}).map(
    ([name, probe]) => [name, tf.tidy(() => probe(nowOf(counter)))] as const,
  );
  const arrays = async (all: (readonly [string, tf.Tensor])[]) =>
    Object.fromEntries(
      await Promise.all(all.map(async ([name, tensor]) => [name, await tensor.array()] as const)),
    );
  const found = { ...(await arrays(Object.entries(metrics))), ...(await arrays(probes)) };
  tf.dispose([counter, state, metrics, probes.map(([, tensor]) => tensor)]);
  session.dispose?.();
  // biome-ignore lint/suspicious/noExplicitAny: arrays of any depth
  return { ...found, answer } as Record<string, any>;
}

it('fresh rows come in batches of one row of each kind', () => {
  const { inputs, batches, batch } = freshRows();
  expect(inputs.length).toBe(batches * batch);
  expect(batch).toBe(kinds.length * 64);
});

describe('who takes what', () => {
  it('is all told by the character where a table of characters chooses', async () => {
    const model = await drawn({ router: 'hash', balancer: 'none' });
    const { told, explained, together } = await looked(whoTakesWhat, 16, { model: { model } });
    // Of two experts of a character each is one half: what is left is which of the two.
    expect(told[0]).toBeGreaterThan(0.45);
    for (const [own, shuffled] of explained.slice(0, 1)) expect(shuffled).toBeLessThan(own / 10);
    for (const row of together[0])
      expect(row.reduce((a: number, b: number) => a + b)).toBeCloseTo(2, 4);
  });
});

describe('an expert switched off', () => {
  it('costs what the act says that it costs', async () => {
    const model = await drawn();
    const asked = { act: 'without', with: { off: [2] } };
    const { harm, base, answer } = await looked(
      knockOut,
      4,
      { model: { model } },
      { knockOut: 'drop' },
      asked,
    );
    for (const [kind, loss] of answer.losses.entries())
      expect(loss - base[kind]).toBeCloseTo(harm[0][kind][2], 4);
    expect(base.at(-1)).toBeGreaterThan(3);
  });

  it('says which expert there is not', async () => {
    const model = await drawn();
    const asked = { act: 'without', with: { off: [4] } };
    await expect(looked(knockOut, 0, { model: { model } }, {}, asked)).rejects.toThrow(
      'There is no expert at place 4; places are 0 to 3.',
    );
  });
});

describe('all experts on', () => {
  it('by shares of the score are as many as the router may choose', async () => {
    const model = await drawn();
    const { losses: found, numbers, speaking } = await looked(allOn, 2, { model: { model } });
    const [chosen, shares, , , none, , sum] = found;
    // A sigmoid router weighs by shares whatever k is: all four chosen is all on.
    expect(shares).toBeCloseTo(numbers[3], 4);
    expect(chosen).toBeCloseTo(numbers[1], 4);
    expect(speaking).toBeCloseTo(4, 4);
    expect(sum).not.toBeCloseTo(shares, 2);
    expect(none).not.toBeCloseTo(chosen, 3);
  });
});

describe('a network taken apart', () => {
  it('becomes faithful', async () => {
    const settings = {
      components: 8,
      minimality: 10,
      simplicity: 0.1,
      learningRate: 0.03,
      rateSteps: 300,
    };
    const rows = await train(apart, settings, 1, 300);
    expect(rows[0].faithfulness[0]).toBeGreaterThan(0.1);
    expect(rows.at(-1)!.faithfulness[0]).toBeLessThan(1e-3);
  });

  it('has true parts that are faithful and minimal, and no simpler than it says', async () => {
    const session = apart.start({ ...defaults, components: 8 }, 1);
    const [faithful, minimal, simple] = tf.tidy(() => {
      const recipe = superposition(5, 2);
      const target = toy.polygon(5);
      const truth = toy.trueComponents(target);
      const x = toy.draw(4096, 5, 0.05, { seed: 3, counter: tf.scalar(0, 'int32') });
      const config = { components: 5, rank: 1, perCase: 0.25, power: 0.9 };
      const three = losses(recipe, target, truth, config, x);
      return [three.faithfulness, three.minimality, three.simplicity];
    });
    expect((await faithful.data())[0]).toBeLessThan(1e-10);
    expect((await minimal.data())[0]).toBeLessThan(1e-3);
    expect((await simple.data())[0]).toBeCloseTo(Number(session.facts?.trueSimplicity), 2);
    tf.dispose([faithful, minimal, simple, session.state]);
    session.dispose?.();
  });
});

it('a model that settles keeps k experts of each watched character', async () => {
  const settings = { experts: 4, topK: 2, expertHidden: 4, denseHidden: 8, rateSteps: 0 };
  const { choices } = await looked(
    settle,
    0,
    {},
    { ...settings, router: 'sigmoid-normalised', balancer: 'bias' },
  );
  for (const layer of choices) for (const set of layer) expect([3, 5, 6, 9, 10, 12]).toContain(set);
  expect(choices[0].length).toBe(168);
});
