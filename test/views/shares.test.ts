import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/shares';

const [example] = examples;

describe('shares', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('are bars as long as the share, with the cost of each beside them', () => {
    const document = drawn(example);
    const lengths = [...document.querySelectorAll('rect')].map((bar) =>
      Number(bar.getAttribute('width')),
    );
    expect(lengths[1] / lengths[0]).toBeCloseTo(2, 2);
    expect(texts(document)).toEqual(expect.arrayContaining(['100', '800', 'parameters']));
    expect(document.querySelectorAll('.v-fair line')).toHaveLength(1);
  });

  it('are said', () => {
    expect(spaced(example.view.describe(example.run))).toBe('share known: one 50 %, eight 100 %.');
  });
});
