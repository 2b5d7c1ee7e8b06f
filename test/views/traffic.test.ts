import { describe, expect, it } from 'vitest';
import { asStored, drawn } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/traffic';

const [example] = examples;

const lines = (document: Document) =>
  [...document.querySelectorAll('svg line[stroke-opacity]')].map((line) => ({
    width: Number(line.getAttribute('stroke-width')),
    stroke: line.getAttribute('stroke'),
  }));

describe('traffic on a cluster', () => {
  it('is as stored', () => asStored(example));

  it('draws each link as wide as its traffic, and marks the widest', () => {
    const all = lines(drawn(example));
    expect(all).toHaveLength(6);
    const [widest, ...others] = all.toSorted((a, b) => b.width - a.width);
    expect(widest.stroke).toBe('var(--line-2)');
    // Three of six tokens go from device 1 to device 4, one from 2 to 3.
    expect(others[0].width).toBeCloseTo(widest.width / 3, 0);
    expect(others.every(({ stroke }) => stroke === 'var(--ink)')).toBe(true);
  });

  it('says which link is busiest and who works how much', () => {
    const words = example.view.describe(example.run);
    expect(words).toContain('The widest line, 1 and 4, carries 50 copies for 100 tokens.');
    expect(words).toContain('device 4 receives 3.00 and computes 1.67 times the mean');
    expect(example.view.describe(nothing())).toBe('Nothing has been sent yet.');
  });

  it('lists all links', () => {
    const { columns, rows } = example.view.table(example.run);
    expect(columns).toHaveLength(5);
    expect(rows[0]).toEqual(['1', '–', '0.0', '0.0', '50.0']);
  });
});
