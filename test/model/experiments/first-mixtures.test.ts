/**
 * What station 04 claims, tried out: whom the three errors of 1991 move, that one of them divides
 * the work, that its scale decides, and that EM never falls and may stand still.
 */
import { describe, expect, it } from 'vitest';
import { pushed } from '../../../src/labs/first-mixtures/shared/pushed';
import em from '../../../src/model/experiments/first-mixtures/em';
import threeErrors from '../../../src/model/experiments/first-mixtures/three-errors';
import { openSession } from '../../../src/model/experiments/session';
import { Training, workOf } from '../../../src/model/experiments/train';
import type { Settings } from '../../../src/model/experiments/types';
import * as errors from '../../../src/model/mixtures/errors';
import * as tf from '../../../src/tensor/tf';
import { expectClose, useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

describe('the pushes of the three errors', () => {
  it.each([
    [[1, 3], [0.5, 0.5], 1],
    [[1, 3], [0.5, 0.5], 3],
    [[1, -3], [0.2, 0.8], 0.7],
    [[-0.5, -2], [0.9, 0.1], 0.05],
  ])(
    'are the gradients of the library, answers %j, shares %j, deviation %f',
    async (answers, shares, deviation) => {
      const target = tf.tensor2d([[0]]);
      const found = pushed(answers, shares, deviation);
      const logits = shares.map(Math.log);
      const losses = [
        (outputs: tf.Tensor3D, z: tf.Tensor2D) =>
          errors.cooperative({ outputs, gates: tf.softmax(z) }, target),
        (outputs: tf.Tensor3D, z: tf.Tensor2D) =>
          errors.competitive({ outputs, gates: tf.softmax(z) }, target),
        (outputs: tf.Tensor3D, z: tf.Tensor2D) =>
          errors.likelihood({ outputs, logits: z }, target, deviation ** 2),
      ];
      for (const [i, loss] of losses.entries()) {
        const [byAnswers, byLogits] = tf.grads((o: tf.Tensor, z: tf.Tensor) =>
          tf.sum(loss(o as tf.Tensor3D, z as tf.Tensor2D)),
        )([tf.tensor3d([answers.map((o) => [o])]), tf.tensor2d([logits])]);
        const minus = (numbers: number[]) => numbers.map((each) => -each);
        await expectClose(byAnswers, minus(found.answers[i]), 1e-4);
        await expectClose(byLogits, minus(found.logits[i]), 1e-4);
      }
    },
  );
});

/** Probes after some steps of the three mixtures. */
async function trained(settings: Settings, seed: number, steps: number) {
  const all = { ...defaults, experts: 4, learningRate: 0.05, ...settings };
  const opened = openSession(threeErrors, all, seed);
  const trainer = new Training(workOf(opened));
  for (let step = 0; step < steps; step++) tf.dispose(trainer.take());
  const probes = trainer.probes();
  const read = async (name: string) => [...(await probes[name].data())];
  const found = {
    unseen: await read('unseen'),
    territory: await read('territory'),
    charged: await read('charged'),
  };
  tf.dispose(probes);
  trainer.dispose();
  opened.close();
  return found;
}

describe('three mixtures from one start', () => {
  it('differ in whether an expert is right alone', async () => {
    const { unseen, charged } = await trained({}, 1, 500);
    const [together1, alone1, , alone2, , alone3] = unseen;
    // The cooperative mixture is good together, and its experts are not.
    expect(together1).toBeLessThan(0.15);
    expect(alone1).toBeGreaterThan(1.5 * together1);
    expect(alone3).toBeLessThan(0.5 * Math.min(alone1, alone2));
    for (let point = 0; point < 600; point++)
      expect(charged.slice(4 * point, 4 * point + 4).reduce((a, b) => a + b)).toBeCloseTo(1, 4);
  });

  it('and the third is as the second at a deviation of 1', async () => {
    const { unseen, territory } = await trained({ deviation: 1 }, 1, 500);
    expect(unseen[5]).toBeGreaterThan(0.05);
    expect(unseen[5] / unseen[3]).toBeGreaterThan(0.6);
    expect(territory.slice(8).filter((share) => share >= 0.01).length).toBeLessThan(4);
  });
});

/** Rows of EM after half-steps; changes as [half-step, setting, value]. */
function fitted(
  settings: Settings,
  seed: number,
  halfSteps = 120,
  changes: [number, string, number][] = [],
) {
  const all: Settings = { ...defaults, ...settings };
  const simulation = em.simulate(all, seed);
  const live: Record<string, number> = {
    evenGate: 0,
    newton: Number(all.newton),
    learningRate: 0.1,
  };
  const rows = Array.from({ length: halfSteps }, (_, step) => {
    for (const [at, name, value] of changes) if (at === step) live[name] = value;
    return simulation.step(live);
  });
  return { rows, facts: simulation.facts, end: rows.at(-1)!.logLikelihood };
}

describe('EM', () => {
  it.each([1, 2])('never lowers the likelihood, and only M raises it, seed %i', (seed) => {
    const { rows } = fitted({}, seed, 60);
    expect(rows.at(-1)!.falls[0]).toBe(0);
    rows.forEach((row, step) => {
      const before = rows[step - 1]?.logLikelihood ?? Number.NEGATIVE_INFINITY;
      if (step && step % 2 === 0)
        expect(row.logLikelihood).toBe(before); // E
      else expect(row.logLikelihood).toBeGreaterThan(before - 1e-12); // M
    });
  });

  it('stands still on a neat wrong division, and not where the gate is unfinished', () => {
    const { end, facts } = fitted({ firstNames: 'moved' }, 1, 60);
    expect(facts!.wrongNames).toBeGreaterThan(0.1);
    expect(end).toBeLessThan(1);
    expect(fitted({ firstNames: 'moved', newton: 1 }, 1, 60).end).toBeGreaterThan(1.5);
  });

  it('leaves it once the gate has forgotten, the one time that the likelihood falls', () => {
    const changes: [number, string, number][] = [
      [21, 'evenGate', 1],
      [22, 'evenGate', 0],
    ];
    const { rows, end } = fitted({ firstNames: 'moved' }, 1, 80, changes);
    expect(end).toBeGreaterThan(1.5);
    expect(rows.at(-1)!.falls[0]).toBe(1);
    expect(rows[21].certainty).toBeCloseTo(Math.log(4), 6);
  });

  it('finds the laws from names drawn by lot, and from the right ones at once', () => {
    expect(fitted({ firstNames: 'lot' }, 1).end).toBeGreaterThan(1.5);
    expect(fitted({ firstNames: 'right' }, 1, 1).end).toBeGreaterThan(1.5);
  });

  it('refuses more stretches than experts in words', () => {
    expect(() => em.simulate({ ...defaults, tree: '2', firstNames: 'lot' }, 1)).toThrow(
      /named after 4 stretches, and there are 2 experts/,
    );
  });
});
