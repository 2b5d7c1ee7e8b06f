import { describe, expect, it } from 'vitest';
import { drawn } from './draw';
import { empty, examples, own } from './examples/strips';

const [recorded] = examples;

const cells = (document: Element | Document) =>
  [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => ({
      words: cell.querySelector('strong, span:not(.lab-strips-label)')!.textContent,
      bold: Boolean(cell.querySelector('strong')),
      rings: cell.querySelectorAll('circle').length,
      own: cell.querySelectorAll('.lab-strips-own').length,
    })),
  );

describe('a table of strips', () => {
  it('has a ring for each seed, and what lies outside the first row’s range in bold', () => {
    const [[all], [less, kept], [other, more]] = cells(drawn(recorded));
    expect(all).toEqual({ words: '1.20', bold: false, rings: 3, own: 0 });
    expect(less).toEqual({ words: '1.70', bold: true, rings: 3, own: 0 });
    expect(kept.bold).toBe(false);
    expect(other).toMatchObject({ words: '1.25', bold: false });
    expect(more).toMatchObject({ words: '256', bold: true });
  });

  it('puts the reader’s own run among the recorded seeds, as a square', () => {
    const [[all], [less], [other]] = cells(drawn(own));
    expect(all).toMatchObject({ words: '1.30', rings: 3, own: 1 });
    expect(less).toMatchObject({ words: '1.90', rings: 3, own: 1, bold: true });
    expect(other).toMatchObject({ words: '1.25', rings: 3, own: 0 });
  });

  it('says itself and what is outside, and that there is nothing yet', () => {
    expect(recorded.view.describe(recorded.run)).toBe(
      'loss, all 1.20; outside its range: one less 1.70. kept, all 64; outside its range: another 256.',
    );
    expect(recorded.view.table(recorded.run).rows[1]).toEqual([
      'one less',
      '1.70 (1.60 to 1.80)',
      '64',
    ]);
    expect(empty.view.describe(empty.run)).toBe('None of 3 is trained yet.');
    expect(drawn(empty).querySelector('table')).toBeNull();
  });
});
