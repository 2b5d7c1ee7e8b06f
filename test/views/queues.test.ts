import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/queues';
import { nothing } from './examples/shared';

const [example] = examples;

describe('queues in front of devices', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('are stacks of their experts, as tall as the work', () => {
    const heights = [...drawn(example).querySelectorAll('rect')].map((bar) =>
      Number(bar.getAttribute('height')),
    );
    expect(heights).toHaveLength(5);
    expect(heights[0] / heights[1]).toBeCloseTo(3, 1);
  });

  it('mark copies and the mean', () => {
    expect(texts(drawn(example))).toEqual(expect.arrayContaining(['A', 'A′', 'C', 'mean 50.0']));
  });

  it('say who is busiest', () => {
    expect(spaced(example.view.describe(example.run))).toBe(
      'One step: device 1 has the longest queue, 60 characters; the mean is 50.0.',
    );
    expect(example.view.table(example.run).rows[1]).toEqual(['2', 40, 'A′ 20, C 15, D 5']);
    expect(example.view.describe(nothing())).toBe('Nobody has been served yet.');
  });
});
