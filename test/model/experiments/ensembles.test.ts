/** What the labs of station 03 claim of ensembles, held where the idea could be taken out. */
import { describe, expect, it } from 'vitest';
import { measureSpreadOver } from '../../../src/model/ensembles/variance';
import boosting from '../../../src/model/experiments/ensembles/boosting';
import crowd from '../../../src/model/experiments/ensembles/crowd';
import { framed } from '../../../src/model/experiments/ensembles/shared/rows';
import slide from '../../../src/model/experiments/ensembles/slide';
import spread, { samplesOf } from '../../../src/model/experiments/ensembles/spread';
import { openSession } from '../../../src/model/experiments/session';
import { Training, workOf } from '../../../src/model/experiments/train';
import type {
  Inputs,
  Numbers,
  Settings,
  TrainingExperiment,
} from '../../../src/model/experiments/types';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults, train } from '../training';

useBackend({ inNode: 'wasm' });

/** A run that is looked at on its way. */
function opened(experiment: TrainingExperiment, settings: Settings, inputs?: Inputs) {
  const session = openSession(experiment, { ...defaults, ...settings }, 1, inputs);
  const training = new Training(workOf(session));
  const host = async (tensor: tf.Tensor) => [...(await tensor.data())];
  return {
    training,
    facts: session.facts,
    async take(steps: number): Promise<Record<string, number[]>> {
      for (let step = 1; step < steps; step++) tf.dispose(training.take());
      const metrics = training.take();
      const entries = Object.entries(metrics).map(
        async ([name, metric]) => [name, await host(metric)] as const,
      );
      const row = Object.fromEntries(await Promise.all(entries));
      tf.dispose(metrics);
      return row;
    },
    async probe(name: string): Promise<number[]> {
      const all = training.probes();
      const found = await host(all[name]);
      tf.dispose(all);
      return found;
    },
    async state(name: string): Promise<number[]> {
      return [...(await training.state()).state[name].data];
    },
    close() {
      training.dispose();
      session.close();
    },
  };
}

const points = (...rows: number[][]): { points: Numbers } => ({
  points: { shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) },
});

const eight = {
  members: 8,
  hidden: 16,
  steepness: 10,
  rows: 20,
  noise: 0.1,
  learningRate: 0.02,
  penalty: 1,
};

describe('the crowd', () => {
  it.each(['averaging', 'bagging', 'negative-correlation'])(
    '%s: the three numbers add up at every step, trained or not',
    async (ensemble) => {
      const rows = await train(crowd, { ...eight, ensemble }, 1, 25);
      for (const { parts } of rows) {
        const [blend, members, ambiguity, left] = parts;
        expect(Math.abs(members - blend - ambiguity) / members).toBeLessThan(1e-5);
        expect(left).toBeLessThan(1e-5);
        expect(ambiguity).toBeGreaterThan(0);
      }
    },
  );

  it('learns otherwise by each kind, from one start', async () => {
    const kinds = ['averaging', 'bagging', 'negative-correlation'];
    const runs = await Promise.all(
      kinds.map((ensemble) => train(crowd, { ...eight, ensemble }, 1, 10)),
    );
    const [first, last] = [0, 9].map((step) => runs.map((rows) => rows[step].parts[1]));
    expect(new Set(first).size).toBe(1);
    expect(new Set(last).size).toBe(3);
  });

  it('paid to disagree, members go apart while their average closes in', async () => {
    const rows = await train(crowd, { ...eight, ensemble: 'negative-correlation' }, 1, 120);
    const alone = await train(crowd, { ...eight, ensemble: 'averaging' }, 1, 120);
    const [blend, members] = rows.at(-1)!.parts;
    expect(members).toBeGreaterThan(10 * alone.at(-1)!.parts[1]);
    expect(blend).toBeLessThan(0.1);
  });

  it('learns points of the reader’s own, moved in mid-run too, and measures there', async () => {
    const near = points([-0.5, 0.2], [0, 0.1], [0.5, -0.3]);
    const run = opened(crowd, { ...eight, ensemble: 'averaging' }, near);
    expect(run.facts).toMatchObject({ own: true, points: 3 });
    expect(await run.probe('seen')).toEqual([...near.points.data]);
    expect((await run.probe('truth')).every(Number.isNaN)).toBe(true);
    const before = await run.take(60);
    expect(before.parts[1]).toBeLessThan(0.02);
    run.training.setInputs(points([-0.5, 1.2], [0, 1.1], [0.5, 1.3]));
    expect((await run.take(1)).parts[1]).toBeGreaterThan(0.5);
    run.close();
  });

  it('says what points it cannot use', () => {
    const settings = { ...defaults, ...eight };
    expect(() => crowd.start(settings, 1, points([0, 0, 1], [1, 1, 0]))).toThrow(
      'The points have classes; here a point is x and y alone',
    );
  });
});

describe('points beyond the frame', () => {
  const at = async (values: number[]) => [...(await framed(tf.tensor1d(values), 1).data())];

  it('are moved and stretched into it, and others stay', async () => {
    expect(await at([-0.5, 0.25, 1])).toEqual([-0.5, 0.25, 1]);
    expect(await at([1990, 2000, 2020])).toEqual([-1, expect.closeTo(-1 / 3, 4), 1]);
    expect(await at([5, 5])).toEqual([0, 0]);
  });
});

describe('sixteen samples', () => {
  const inputs = Array.from({ length: 24 }, (_, i) => -1 + i / 12);
  const { targets, weights } = samplesOf(inputs, 0.5, 1);
  const all = 3 * 16 * 8;
  const of = (values: Float32Array, row: number, kind: number, trial: number) =>
    Array.from({ length: 8 }, (_, m) => values[row * all + (kind * 16 + trial) * 8 + m]);

  it('are the same for all kinds, and shared, resampled or split', () => {
    for (let row = 0; row < 24; row++) {
      const seen = [0, 1, 2].flatMap((kind) => of(targets, row, kind, 3));
      expect(new Set(seen).size).toBe(1);
      expect(of(targets, row, 0, 4)[0]).not.toBe(seen[0]);
      expect(of(weights, row, 0, 3)).toEqual(Array(8).fill(1));
      expect(of(weights, row, 2, 3).sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    }
    const drawn = Array.from({ length: 24 }, (_, row) => of(weights, row, 1, 3)[0]);
    expect(drawn.reduce((sum, n) => sum + n, 0)).toBe(24);
    expect(Math.max(...drawn)).toBeGreaterThan(1);
  });

  it('give the variance and covariance of ensembles/variance.ts', async () => {
    const run = opened(spread, { hidden: 3, steepness: 3, rows: 24, noise: 0.5 });
    const averages = await run.probe('averages');
    const [found, averaged] = [await run.probe('spread'), await run.probe('averaged')];
    // Untrained members have nothing to do with the sample.
    run.close();
    const at = (kind: number, trial: number, place: number) =>
      averages[(kind * 16 + trial) * 61 + place];
    for (let kind = 0; kind < 3; kind++) {
      const [variance, shared] = found.slice(2 * kind, 2 * kind + 2);
      const eighth = averaged[8 * kind + 7];
      expect(shared + (variance - shared) / 8).toBeCloseTo(eighth, 5);
      // The average twice over is two members that agree in everything: its variance is what is shared.
      const twice = Array.from({ length: 61 }, (_, place) =>
        Array.from({ length: 16 }, (_, trial) => [at(kind, trial, place), at(kind, trial, place)]),
      );
      expect(measureSpreadOver(twice).variance).toBeCloseTo(eighth, 5);
    }
  });
});

describe('the slide', () => {
  const six = { members: 6, hidden: 3, challenge: 'jumps', learningRate: 0.01 };
  const gateMoves = async (position: number) => {
    const run = opened(slide, { ...six, position });
    const before = await run.state('gate.w2');
    await run.take(5);
    const after = await run.state('gate.w2');
    run.close();
    return Math.max(...after.map((w, i) => Math.abs(w - before[i])));
  };

  it('at 0 the gate learns nothing and all weights are alike; at ½ it learns', async () => {
    expect(await gateMoves(0)).toBe(0);
    expect(await gateMoves(0.5)).toBeGreaterThan(0.01);
    const run = opened(slide, { ...six, position: 0 });
    for (const weight of await run.probe('weights')) expect(weight).toBeCloseTo(1 / 6, 5);
    run.close();
  });

  it('tells the error elsewhere, and here the one that is measured', async () => {
    const run = opened(slide, { ...six, position: 0.5 });
    await run.take(20);
    const moved = await run.probe('moved');
    expect(new Set(moved).size).toBeGreaterThan(8);
    const { parts } = await run.take(1);
    expect(moved[5]).toBeCloseTo(parts[0], 5);
    run.close();
  });
});

describe('boosting', () => {
  const cuts = { shape: 'moons', hidden: 1, rows: 40, noise: 0.1, learningRate: 0.1 };

  it('moves the member whose turn it is and no other, and weighs points at the end of a turn', async () => {
    const run = opened(boosting, cuts);
    const start = await run.state('members.w2');
    await run.take(59);
    const first = await run.state('members.w2');
    expect(first[0]).not.toBe(start[0]);
    expect(first.slice(1)).toEqual(start.slice(1));
    expect(new Set(await run.probe('weights')).size).toBe(1);
    const { wrong, bound } = await run.take(1);
    const alphas = await run.probe('alphas');
    expect(alphas[0]).toBeGreaterThan(0);
    expect(alphas.slice(1)).toEqual(Array(39).fill(0));
    // The wrong ones have half of the weight now: freund1997.
    const weights = await run.probe('weights');
    const error = wrong[0];
    expect(error).toBeGreaterThan(0);
    expect(bound[0]).toBeCloseTo(2 * Math.sqrt(error * (1 - error)), 4);
    expect(Math.max(...weights)).toBeCloseTo(1 / (2 * error), 3);
    expect(Math.min(...weights)).toBeCloseTo(1 / (2 * (1 - error)), 3);
    const settled = await run.state('members.w2');
    await run.take(30);
    const second = await run.state('members.w2');
    expect(second[0]).toBe(settled[0]);
    expect(second[1]).not.toBe(settled[1]);
    run.close();
  });

  it('stays under its bound, round by round', async () => {
    const rows = await train(boosting, cuts, 1, 120);
    for (const { wrong, bound } of rows.filter((_, step) => (step + 1) % 60 === 0))
      expect(wrong[0]).toBeLessThanOrEqual(bound[0] + 1e-6);
    expect(rows.at(-1)!.bound[0]).toBeLessThan(rows[59].bound[0]);
  });

  it('learns two classes of the reader’s own points, and says what it needs', async () => {
    const own = points([-2, 0, 0], [-1, 0, 0], [1, 0, 1], [2, 0, 1]);
    const run = opened(boosting, cuts, own);
    expect((await run.probe('seen')).filter((_, i) => i % 3 === 0)).toEqual([-1, -0.5, 0.5, 1]);
    expect((await run.take(60)).wrong).toEqual([0, 0, expect.any(Number)]);
    run.close();
    const settings = { ...defaults, ...cuts };
    expect(() => boosting.start(settings, 1, points([0, 0], [1, 1]))).toThrow(
      'The points have no classes, and boosting learns to tell two classes apart.',
    );
    expect(() => boosting.start(settings, 1, points([0, 0, 0], [1, 1, 2]))).toThrow(
      'The points are of class 0, 2; boosting tells two classes apart, 0 and 1',
    );
  });
});
