import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/draws';
import { runOf, vectors } from './examples/shared';

const [few, cloud] = examples;

describe('draws', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('that agree are one bullet, with its share of the draws', () => {
    expect(texts(drawn(few))).toEqual(expect.arrayContaining(['A', 'C', '75 %', '25 %']));
    expect(few.view.table(few.run).rows).toHaveLength(2);
  });

  it.each([288, 940])('have words that lie over no others, %i px wide', (width) => {
    // Two places and the ends of both arrows, all but at one point.
    const run = runOf({
      facts: { exact: [-0.02, 0, 0, 0] },
      metrics: {
        drawn: vectors((step) => (step % 40 ? [1, 0, 0, 0] : [0, 1, 0, 0])),
        slopes: vectors((step) => (step % 40 ? [-0.03, 0, 0, 0] : [0, 0, -0.02, 0])),
        mean: vectors(() => [-0.02, 0, -0.01, 0]),
      },
    });
    const boxes = [...drawn({ view: few.view, run }, width).querySelectorAll('.v-label text')].map(
      (text) => {
        const group = text.parentElement!;
        const [[dx, dy], [x, y]] = [group, text].map((each) =>
          /\((.*)\)/.exec(each.getAttribute('transform')!)![1].split(',').map(Number),
        );
        const long = text.textContent!.length * 6;
        const left = group.getAttribute('text-anchor') === 'end' ? x + dx - long : x + dx;
        return { left, right: left + long, y: y + dy };
      },
    );
    expect(boxes).toHaveLength(4);
    for (const [i, a] of boxes.entries()) {
      expect(a.left).toBeGreaterThanOrEqual(0);
      expect(a.right).toBeLessThanOrEqual(width);
      for (const b of boxes.slice(i + 1))
        expect(a.left < b.right && b.left < a.right && Math.abs(a.y - b.y) < 12).toBe(false);
    }
  });

  it('turn slopes downhill', () => {
    expect(few.view.describe(few.run)).toContain('The exact push is 0.200 on A and 0.100 on C');
  });

  it('have one arrow for the mean and one for what is exact', () => {
    for (const example of [few, cloud]) {
      const document = drawn(example);
      expect(document.querySelectorAll('.v-exact path')).toHaveLength(1);
      expect(document.querySelectorAll('.v-mean path')).toHaveLength(1);
      expect(texts(document)).toEqual(expect.arrayContaining(['exact', 'mean of 120']));
    }
  });
});
