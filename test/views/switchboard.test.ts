import { describe, expect, it } from 'vitest';
import { expertName, signed, worstCell } from '../../src/views/switchboard';
import { drawn, texts } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/switchboard';

const [example] = examples;

describe('a switchboard of experts', () => {
  it('begins with the expert that one kind misses most', () => {
    expect(worstCell(example.run)).toEqual({ layer: 0, expert: 1, kind: 1, rise: 0.3 });
    expect(expertName(example.run, 0, 1)).toBe('B of layer 2');
    const document = drawn(example);
    const states = [...document.querySelectorAll('button[aria-pressed]')].map((each) => [
      each.getAttribute('aria-label'),
      each.getAttribute('aria-pressed'),
    ]);
    expect(states).toEqual([
      ['A of layer 2, on', 'true'],
      ['B of layer 2, off', 'false'],
      ['A of layer 3, on', 'true'],
      ['B of layer 3, on', 'true'],
    ]);
  });

  it('says what each kind loses, with a bar for what it was and one for what came', () => {
    const document = drawn(example);
    expect(document.querySelector('.switchboard-said')!.textContent).toContain(
      'Without B of layer 2 the loss rises most on rhymes, +0.30 nats; then on sums, +0.02.',
    );
    expect(texts(document)).toContain('0.700 (+0.30)');
    expect(document.querySelectorAll('rect.switchboard-rise')).toHaveLength(3);
  });

  it('counts a fall below half a hundredth as none', () => {
    expect([signed(-0.004), signed(-0.02), signed(0.314)]).toEqual(['+0.00', '−0.02', '+0.31']);
  });

  it('says that nothing was switched off yet', () => {
    expect(example.view.describe(nothing())).toBe('No expert has been switched off yet.');
  });

  it('lists every expert with every kind', () => {
    const { columns, rows } = example.view.table(example.run);
    expect(columns).toEqual(['without', 'sums', 'rhymes', 'all']);
    expect(rows[1]).toEqual(['B of layer 2', '+0.02', '+0.30', '+0.16']);
  });
});
