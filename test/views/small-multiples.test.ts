import { describe, expect, it } from 'vitest';
import { boxes } from '../../src/views/panels';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/small-multiples';

const [bars] = examples;

describe('small multiples', () => {
  it.each(examples)('are as stored: $view.name', asStored);

  it('draw each lane under its name, side by side where there is room', () => {
    expect(texts(drawn(bars))).toEqual(expect.arrayContaining(['none', 'Switch loss', 'bias']));
    const tops = (width: number) =>
      new Set(
        [...drawn(bars, width).querySelectorAll('text')]
          .filter(({ textContent }) => textContent === 'share of the assignments')
          .map((label) => label.getAttribute('transform')!.match(/,([\d.]+)/)![1]),
      ).size;
    expect(tops(940)).toBe(1);
    expect(tops(358)).toBe(3);
  });

  it('say and tabulate every lane', () => {
    expect(bars.view.describe(bars.run)).toMatch(
      /^none: Share of .* bias: Share of the assignments/,
    );
    const { columns, rows } = bars.view.table(bars.run);
    expect(columns[0]).toBe('expert');
    expect(rows[4][0]).toBe('Switch loss, A');
  });
});

describe('boxes', () => {
  const size = { width: 700, height: 400 };

  it('stand in rows of equal length, inside the whole', () => {
    const six = boxes(6, size, { least: 150, gap: 20 });
    expect(six.map(({ y }) => y)).toEqual([0, 0, 0, 210, 210, 210]);
    for (const { x, y, width, height } of six) {
      expect(x + width).toBeLessThanOrEqual(700);
      expect(y + height).toBeLessThanOrEqual(400);
    }
  });

  it('are one a row where there is no room beside', () => {
    expect(boxes(3, { width: 300, height: 900 }, { least: 200 }).map(({ x }) => x)).toEqual([
      0, 0, 0,
    ]);
  });
});
