import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/sweep';

const [widths, beside, corners, price, chance] = examples;

describe('a sweep', () => {
  it.each(examples)('is as stored: $view.name, $state', asStored);

  const places = (document: Document) =>
    [...document.querySelectorAll('.v-dot circle')].map((dot) => [
      Number(dot.getAttribute('cx')),
      Number(dot.getAttribute('cy')),
    ]);

  it('has a point a value, evenly apart where values grow by a factor', () => {
    const [a, b, c, d] = places(drawn(widths));
    expect(b[0] - a[0]).toBeCloseTo(d[0] - c[0], 0);
    expect(b[1] - a[1]).toBeCloseTo(d[1] - c[1], 0);
    expect(texts(drawn(widths))).toEqual(expect.arrayContaining(['1', '4', '16', '64']));
  });

  it('gives 0 a place of its own, half a decade to the left', () => {
    const document = drawn(price);
    const [zero, tenth, one] = places(document).map(([x]) => x);
    expect((tenth - zero) / (one - tenth)).toBeCloseTo(0.5, 1);
    expect(texts(document).slice(0, 12)).not.toContain('0.0316');
    expect(texts(document)).toContain('0');
  });

  it('marks a value that means something, through all panels', () => {
    expect(texts(drawn(corners))).toContain('as many units as corners (3)');
    expect(drawn(corners).querySelectorAll('.v-event line')).toHaveLength(1);
  });

  it('draws what needs no training beside the trained, where there is an error to draw', () => {
    const words = 'kinks held still, output weights solved for';
    expect(texts(drawn(beside))).toContain(words);
    expect(texts(drawn(widths))).not.toContain(words);
    // Nine points: 16 and 64 units meet them all, which leaves nothing for a log axis.
    const path = drawn(beside).querySelector('.v-beside path')?.getAttribute('d') ?? '';
    expect(path.match(/[ML]/g)).toHaveLength(2);
    const { columns, rows } = beside.view.table(beside.run);
    expect(columns).toContain(words);
    expect(rows.map((row) => row[2])).toEqual([expect.any(String), expect.any(String), '–', '–']);
    expect(beside.view.describe(beside.run)).toMatch(/solved for: 0\.\d+ at 4\.$/);
  });

  it('holds the load against chance, where a run knows it', () => {
    expect(texts(drawn(chance))).toContain('choices at random');
    expect(texts(drawn(price))).not.toContain('choices at random');
  });

  it('says every result', () => {
    expect(price.view.describe(price.run)).toBe(
      'After 120 steps, over balance strength α (log scale; 0 is no balancing). task loss (log scale): 0.0417 at 0, 0.0333 at 0.1, 0.0500 at 1. MaxVio: how far the busiest is above its fair share: 3.00 at 0, 1.00 at 0.1, 0.200 at 1.',
    );
    expect(price.view.describe(nothing())).toMatch(/^Nothing trained yet/);
  });
});
