import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/logit-arrows';

const [moving, still, none] = examples;

describe('arrows on logits', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('point against the slope, one in each cell, and the chosen are framed', () => {
    const document = drawn(moving);
    const arrows = [...document.querySelectorAll('.v-arrow')].map(
      (path) => path.getAttribute('d')!,
    );
    expect(arrows).toHaveLength(8);
    expect(document.querySelectorAll('.v-chosen')).toHaveLength(2);
    // The head of an arrow that points up opens downwards.
    const up = arrows.filter((d) => /m-4,4l4,-4/.test(d));
    expect(up).toHaveLength(2);
  });

  it('are as long as the slope is steep', () => {
    const lengths = [...drawn(moving).querySelectorAll('.v-arrow')].map((path) => {
      const [, from, to] = path.getAttribute('d')!.match(/,([\d.]+)V([\d.]+)/)!;
      return Math.abs(Number(from) - Number(to));
    });
    expect(lengths[0] / lengths[1]).toBeCloseTo(4, 1);
  });

  it('are dots where nothing arrives, and said so', () => {
    const document = drawn(still);
    expect(document.querySelectorAll('.v-arrow')).toHaveLength(0);
    expect(document.querySelectorAll('.v-nothing')).toHaveLength(8);
    expect(texts(document).join()).toContain('no arrow anywhere');
    expect(drawn(none).querySelectorAll('rect')).toHaveLength(0);
  });
});
