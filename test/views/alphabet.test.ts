import { describe, expect, it } from 'vitest';
import { drawn, spaced } from './draw';
import { examples } from './examples/alphabet';
import { nothing } from './examples/shared';

const [example] = examples;

describe('who takes which character', () => {
  it('stands under each character that is read, coloured from two places of three on', () => {
    const signs = [...drawn(example).querySelectorAll('.written-sign')].map((sign) => ({
      character: sign.querySelector('span')!.textContent,
      letters: [...sign.querySelectorAll('i')].map(({ textContent }) => textContent).join(' '),
      coloured: [...sign.querySelectorAll('i')].map((each) => each.getAttribute('data-expert')),
    }));
    expect(signs).toEqual([
      { character: '⏎', letters: 'A D', coloured: ['A', null] },
      { character: '1', letters: 'C A', coloured: ['C', null] },
      { character: '2', letters: 'C B', coloured: ['C', null] },
      { character: 'a', letters: 'B B2', coloured: [null, 'B'] },
    ]);
  });

  it('is said by expert', () => {
    expect(example.view.describe(example.run)).toBe(
      'In layer 2, experts take mostly for themselves: A ⏎; C 1 2. In layer 3, experts take mostly for themselves: B2 a.',
    );
    expect(example.view.describe(nothing())).toBe('No layer has experts to choose.');
  });

  it('has all shares in the table', () => {
    const [, one] = example.view.table(example.run).rows;
    expect(one.map((cell) => spaced(String(cell)))).toEqual([
      '1',
      'C 90 %, B 40 %',
      'A 40 %, B 30 %',
    ]);
  });
});
