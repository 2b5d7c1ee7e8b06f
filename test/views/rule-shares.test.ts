import { describe, expect, it } from 'vitest';
import { asStored, drawn, spaced, texts } from './draw';
import { examples } from './examples/rule-shares';
import { nothing } from './examples/shared';

const [example] = examples;

describe('what rules wrote', () => {
  it.each(examples)('is drawn as it was: $state', asStored);

  it('stands in a panel each, against what the model would write', () => {
    const words = texts(drawn(example));
    expect(words).toEqual(
      expect.arrayContaining(['accept by p/q, else refill', '0.0 % off', '20.0 % off', '␣', '…']),
    );
    // Filled and outlined bars of two rules.
    expect(drawn(example).querySelectorAll('rect')).toHaveLength(2 * 2 * 3);
  });

  it('is said by how much probability is moved', () => {
    expect(spaced(example.view.describe(example.run))).toBe(
      'Shares of the characters that each rule wrote, against the model’s. accept by p/q, else refill: 0.0 % of the probability is moved; else nothing: 20.0 % of the probability is moved.',
    );
    expect(example.view.describe(nothing())).toBe('Nothing is written yet.');
  });

  it('has model and module beside it in the table', () => {
    const { columns, rows } = example.view.table(example.run);
    expect(columns.slice(0, 3)).toEqual(['character', 'model p', 'module q']);
    expect(rows[0].map((cell) => spaced(String(cell)))).toEqual([
      'a',
      '50.00 %',
      '20.00 %',
      '50.00 %',
      '30.00 %',
    ]);
  });
});
