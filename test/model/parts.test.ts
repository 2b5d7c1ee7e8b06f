import { describe, expect, it } from 'vitest';
import * as parts from '../../src/model/tasks/parts';
import * as tf from '../../src/tensor/tf';
import reference from '../reference/parts.json';
import { expectClose, expectNoLeaks, useBackend } from './backend';

useBackend();

const key = (step = 0) => ({ seed: 3, counter: tf.scalar(step, 'int32') });
const numbers = async (x: tf.Tensor2D) => (await x.array()) as number[][];

describe.each(reference)('sums of parts, seed $seed', ({ seed, options, x, y, variance }) => {
  it('are those of NumPy, and as large', async () => {
    const task = parts.create(seed, options);
    const rows = task.specimens(x.length);
    await expectClose(rows.x, x, 1e-6);
    await expectClose(rows.y, y, 2e-5);
    expect(task.variance).toBeCloseTo(variance, 5);
    expect(rows.x.shape[1]).toBe(parts.widthOf(options));
    const domains = Math.max(1, options.domains);
    expect([...rows.domain]).toEqual(x.map((_, t) => Math.floor(t / options.sequence) % domains));
  });
});

describe('the task of parts', () => {
  const own = { domains: 4, kinds: 6, perToken: 2, sequence: 8, common: 1 };

  it('draws whole sequences of one domain, tokens of so many kinds, anew in each step', async () => {
    const task = parts.create(1, own);
    const batch = task.batch(64, key());
    const x = await numbers(batch.x);
    for (const [t, row] of x.entries()) {
      const [domain, kinds] = [row.slice(0, 4), row.slice(4, 10)];
      expect(domain).toEqual(x[t - (t % 8)].slice(0, 4));
      expect(domain.reduce((a, b) => a + b)).toBe(1);
      expect(kinds.filter((mark) => mark === 1)).toHaveLength(2);
      expect(kinds.filter((mark) => mark === 0)).toHaveLength(4);
    }
    await expectClose(task.answer(batch.x), await numbers(batch.y), 1e-6);
    expect(await numbers(task.batch(64, key(1)).x)).not.toEqual(x);
  });

  it('answers with the sum of what each mark asks for', async () => {
    const task = parts.create(2, { ...own, domainWeight: 2, kindWeight: 0.5, common: 3 });
    const [one, ...others] = (await numbers(task.specimens(8).x)).slice(0, 1).flatMap((row) => {
      const blank = row.map((value, i) => (i < 10 ? 0 : value));
      const marks = row.flatMap((value, i) => (i < 10 && value === 1 ? [i] : []));
      return [
        row,
        ...marks.map((mark) => blank.map((value, i) => (i === mark ? 1 : value))),
        blank,
      ];
    });
    const answers = await numbers(task.answer(tf.tensor2d([one, ...others])));
    const blank = answers[answers.length - 1]; // three times the common part
    await expectClose(tf.mul(task.shared(tf.tensor2d([one])), 3), [blank], 1e-5);
    const sum = blank.map((value, i) =>
      answers.slice(1, -1).reduce((all, answer) => all + answer[i] - value, value),
    );
    await expectClose(tf.tensor1d(sum), answers[0], 1e-4);
  });

  it('has answers as large as it says, in the mean over seeds', async () => {
    let ratio = 0;
    for (let seed = 0; seed < 12; seed++) {
      const task = parts.create(seed, own);
      const { y } = task.batch(2048, key());
      ratio += (await tf.mean(tf.square(y)).data())[0] / task.variance / 12;
      task.dispose();
    }
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
  });

  it('lets go of what it holds', () =>
    expectNoLeaks(() => {
      const task = parts.create(1, own);
      const counter = tf.scalar(0, 'int32');
      tf.tidy(() => {
        task.batch(16, { seed: 1, counter });
      });
      const { x, y } = task.specimens(8);
      tf.dispose([x, y, counter]);
      task.dispose();
    }));

  it.each([
    [{ kinds: 2, perToken: 3 }, 'A token cannot have 3 of 2 kinds.'],
    [{ kinds: 0 }, 'The parts need a whole number of kinds, 1 or more; got 0.'],
    [{ domains: -1 }, 'The parts need a whole number of domains; got -1.'],
    [{ commonUnits: 1.5 }, 'a whole number of commonUnits, 1 or more; got 1.5'],
  ])('refuses what cannot be: %o', (options, words) => {
    expect(() => parts.create(1, options)).toThrow(words);
  });

  it('refuses a batch that is not whole sequences', () => {
    const task = parts.create(1, own);
    expect(() => task.batch(12, key())).toThrow('12 tokens are not whole sequences of 8.');
    expect(() => task.specimens(0)).toThrow('0 tokens are not whole sequences of 8.');
  });
});
