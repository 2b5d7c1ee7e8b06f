/** What the models of station 12 rest on: what passes the squeeze, what is counted, what is unseen. */
import { describe, expect, it } from 'vitest';
import { parrot } from '../../../src/model/experiments/parrots/shared/parrot';
import { rowsOf } from '../../../src/model/experiments/parrots/shared/rows';
import {
  bits,
  equalAtWork,
  equalInAll,
  numbersOf,
} from '../../../src/model/experiments/parrots/shared/sizes';
import * as squeezed from '../../../src/model/experiments/parrots/shared/squeezed';
import twoQuestions from '../../../src/model/experiments/parrots/two-questions';
import hash from '../../../src/model/routers/hash';
import softmaxTopK from '../../../src/model/routers/softmax-top-k';
import task from '../../../src/model/tasks/a-and-not-b';
import type { Params, Sample } from '../../../src/model/types';
import * as tf from '../../../src/tensor/tf';
import { useBackend } from '../backend';
import { defaults } from '../training';

useBackend({ inNode: 'wasm' });

const configOf = (experts: number, byDice = false): squeezed.Squeezed => {
  const [width, hidden, out] = [4, 8, 2];
  return {
    ...{ width, experts, hidden, out, router: !byDice },
    layer: {
      ...{ dim: 2 * width, experts, topK: 1, hidden, out, kind: 'relu' },
      router: byDice ? hash : softmaxTopK,
    },
  };
};

const random = () => ({ seed: 1, counter: tf.scalar(0, 'int32') });

/** Rows of 32 bits on the device: ones at the given places. */
const asked = (...rows: number[][]) => {
  const row = (ones: number[]): number[] =>
    Array.from({ length: 2 * bits }, (_, bit) => (ones.includes(bit) ? 1 : 0));
  return tf.tensor2d(rows.map(row));
};

const sampleOf = (rows: number[][], targets: number[]): Sample => ({
  rows: rows.length,
  inputs: Float32Array.from(
    rows.flatMap((ones) =>
      Array.from({ length: 2 * bits }, (_, bit) => (ones.includes(bit) ? 1 : 0)),
    ),
  ),
  targets: Int32Array.from(targets),
});

describe('the squeeze', () => {
  /** With a matrix that says nothing of the first half's card 3. */
  const blind = (params: Params): Params => {
    const keep = Array.from({ length: bits }, (_, card) => [card === 3 ? 0 : 1]);
    return { ...params, left: tf.mul(params.left, tf.tensor2d(keep)) };
  };

  it.each([1, 4])('lets nothing past it, whatever %i experts do behind it', async (experts) => {
    const config = configOf(experts);
    const params = squeezed.init(config, 1);
    const questions = asked([1, 2, 3, 20], [1, 2, 20]);
    const answers = async (weights: Params) => {
      const { logits } = squeezed.forward(weights, questions, config, random());
      const all = [...(await logits.data())];
      return [all.slice(0, 2), all.slice(2)];
    };
    const [first, second] = await answers(params);
    expect(first).not.toEqual(second);
    const [one, other] = await answers(blind(params));
    expect(one).toEqual(other);
  });

  it('keeps the halves apart: the same card is not the same number in both', async () => {
    const config = configOf(1);
    const { logits } = squeezed.forward(
      squeezed.init(config, 1),
      asked([2], [2 + bits]),
      config,
      random(),
    );
    const all = [...(await logits.data())];
    expect(all.slice(0, 2)).not.toEqual(all.slice(2));
  });
});

describe('dice', () => {
  it('send a question where they always sent it, whatever was learned, and a like one elsewhere', async () => {
    const config = configOf(4, true);
    const questions = asked(
      ...Array.from({ length: bits }, (_, card) => [card, 17, 18]),
      [0, 17, 18],
    );
    const chosen = async (seed: number) => {
      const params = squeezed.init(config, seed);
      const { routing } = squeezed.forward(params, questions, config, random());
      return [...(await tf.argMax(routing!.mask, 1).data())];
    };
    const first = await chosen(1);
    expect(await chosen(2)).toEqual(first);
    expect(first[bits]).toBe(first[0]);
    expect(new Set(first).size).toBeGreaterThan(2);
  });
});

describe('numbers', () => {
  it.each([
    [1, false],
    [4, false],
    [4, true],
  ])('of %i experts, by dice %s, are those that are trained', (experts, byDice) => {
    const config = configOf(experts, byDice);
    const params = squeezed.init(config, 1);
    const { parameters, active } = numbersOf(config);
    expect(Object.values(params).reduce((sum, { size }) => sum + size, 0)).toBe(parameters);
    const ofExperts = Object.keys(params).filter((name) => name.startsWith('experts.'));
    const all = ofExperts.reduce((sum, name) => sum + params[name].size, 0);
    expect(parameters - active).toBe((all / experts) * (experts - 1));
  });

  it('of a dense net are as many as wanted, and one unit less would be fewer', () => {
    for (const width of [4, 8, 16])
      for (const out of [2, 8]) {
        const mixture = { width, experts: 16, hidden: 32, out };
        const dense = (hidden: number) => numbersOf({ ...mixture, experts: 1, hidden }).active;
        const { active, parameters } = numbersOf(mixture);
        expect(dense(equalAtWork(mixture))).toBeGreaterThanOrEqual(active);
        expect(dense(equalAtWork(mixture) - 1)).toBeLessThan(active);
        expect(dense(equalInAll(mixture))).toBeGreaterThanOrEqual(parameters);
        expect(dense(equalInAll(mixture) - 1)).toBeLessThan(parameters);
      }
  });
});

describe('the parrot', () => {
  const heard = sampleOf(
    [
      [0, 1, 2, 16],
      [5, 6, 7, 20],
      [5, 6, 8, 21],
    ],
    [1, 0, 1],
  );

  it('repeats the answer of what is most alike', () => {
    expect(parrot(heard, sampleOf([[0, 1, 3, 16]], [1]))).toBe(1);
    expect(parrot(heard, sampleOf([[0, 1, 3, 16]], [0]))).toBe(0);
    expect(parrot(heard, sampleOf([[5, 6, 7, 21]], [0]))).toBe(0.5);
    expect(parrot(heard, heard)).toBe(1);
  });
});

describe('what is asked', () => {
  it('of hands nobody has learned from, in either order', () => {
    const { train, judged } = rowsOf('hands', 512, 2048, 3);
    const keys = ({ rows, inputs }: Sample) =>
      Array.from({ length: rows }, (_, row) => {
        const half = (from: number) =>
          inputs.subarray(row * 2 * bits + from, row * 2 * bits + from + bits).join('');
        return [half(0), half(bits)].sort().join(' ');
      });
    const known = new Set(keys(train));
    expect(keys(judged).filter((key) => known.has(key))).toEqual([]);
  });

  it('of facts all that were learned, and another list with another seed', () => {
    const [one, other] = [rowsOf('facts', 512, 2048, 1), rowsOf('facts', 512, 2048, 2)];
    expect(one.judged).toBe(one.train);
    expect(one.train.inputs).not.toEqual(other.train.inputs);
  });
});

describe('two questions', () => {
  it.each(['facts', 'hands'])('are answered by a model that learns: %s', async (question) => {
    const settings = { ...defaults, question, facts: 512, pairs: 2048, experts: 4 };
    const session = twoQuestions.start(settings, 1);
    const live = { learningRate: tf.scalar(0.01) };
    let state = session.state;
    const losses: number[] = [];
    for (let step = 0; step < 12; step++) {
      const now = {
        state,
        live,
        inputs: {},
        random: { seed: 1, counter: tf.scalar(step, 'int32') },
      };
      const next = tf.tidy(() => session.step(now));
      losses.push((await next.metrics.loss.data())[0]);
      state = next.state;
    }
    expect(losses.at(-1)!).toBeLessThan(losses[0]);
    const right = session.probes!.right({
      ...{ state, live, inputs: {} },
      random: { seed: 1, counter: tf.scalar(0, 'int32') },
    });
    const [judged, known] = await right.data();
    // Of facts there is nothing but what was learned from.
    expect(judged === known).toBe(question === 'facts');
    session.dispose?.();
  });
});

describe('“A and not B”', () => {
  it('has a third right for who does not hear the “not”', () => {
    const { rows, inputs, targets, groups } = task.sample(1, 6000, { things: 6, present: 3 });
    const length = inputs.length / rows;
    const { words = [] } = task.shape({ things: 6, present: 3 });
    const yes = words.indexOf('yes');
    const hits = [0, 0, 0, 0];
    const all = [0, 0, 0, 0];
    for (let row = 0; row < rows; row++) {
      const tokens = Array.from(inputs.subarray(row * length, (row + 1) * length));
      const there = tokens.slice(0, 3);
      const deaf = there.includes(tokens[5]) && there.includes(tokens[8]);
      const form = groups![row];
      all[form]++;
      if (deaf === (targets[(row + 1) * length - 1] === yes)) hits[form]++;
    }
    const shares = hits.map((hit, form) => hit / all[form]);
    expect(shares[0]).toBe(1);
    for (const share of shares.slice(1)) expect(share).toBeCloseTo(1 / 3, 1);
  });
});
