import { describe, expect, it } from 'vitest';
import { dots } from '../../src/views/dots';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/dots';
import { nothing, numbers, runOf } from './examples/shared';

const [example] = examples;

describe('dots with their range', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('have a dot a seed, a range and a median a row', () => {
    const document = drawn(example);
    expect(document.querySelectorAll('.v-seed circle')).toHaveLength(16);
    expect(document.querySelectorAll('.v-range line')).toHaveLength(4);
    expect(document.querySelectorAll('.v-middle line')).toHaveLength(4);
    expect(texts(document)).toContain('noise');
  });

  it('stand in the order of their medians, and say them with their range', () => {
    expect(example.view.describe(example.run)).toBe(
      'mean squared error (log scale): expert choice 0.00800, softmax, top 2 0.0160 in the median of 5 seeds (0.0110 to 0.0900), noisy top 1 0.330 in the median of 5 seeds (0.290 to 0.400), dice 0.330 in the median of 5 seeds (0.300 to 0.360).',
    );
    expect(example.view.table(example.run).rows[1]).toEqual([
      'softmax, top 2',
      5,
      '0.0110',
      '0.0160',
      '0.0900',
    ]);
    expect(example.view.describe(nothing())).toMatch(/nothing measured yet/);
  });

  it('can show what a run at rest was found to be, lane by lane', () => {
    const view = dots({ name: 'told', of: { metric: 'loss' }, label: 'loss', told: true });
    const lane = (name: string) => ({
      ...runOf({ metrics: { loss: numbers(() => 3) }, label: name }),
      name,
      label: name,
    });
    const run = { ...runOf(), lanes: [lane('a'), lane('b')], findings: { a: 1 } };
    // Nothing was found of b yet.
    expect(view.describe(run)).toBe('loss: a 1.00, b 3.00.');
  });
});
