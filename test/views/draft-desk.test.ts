import { describe, expect, it } from 'vitest';
import { draftDesk } from '../../src/views/draft-desk';
import { drawn, spaced } from './draw';
import { examples } from './examples/draft-desk';
import { nothing } from './examples/shared';

const [example] = examples;

describe('a desk for drafts', () => {
  it('shows what was written and over what', () => {
    const signs = [...drawn(example).querySelectorAll('.tape-wagon > span')];
    expect(signs.map(({ className, textContent }) => [className, textContent])).toEqual([
      ['tape-accepted', 'a'],
      ['tape-instead', 'ba'],
    ]);
  });

  it('asks about the draft that waits', () => {
    const words = spaced(drawn(example).querySelector('.tape-story p')!.textContent!);
    expect(words).toBe('The drafter proposes “b”: accepted if the needle falls below 0.333.');
    const done = { ...example.run, facts: { ...example.run.facts, pending: -1 } };
    const asked = drawn({ ...example, run: done }).querySelector('.tape-story p')!;
    expect(spaced(asked.textContent!)).toBe('All 3 drafts are judged.');
  });

  it('can be judged from the keyboard: buttons and a slider', () => {
    const desk = drawn(example);
    expect([...desk.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual([
      'Spin the needle',
      'Judge by that',
      'All the rest by that',
      'Begin anew',
    ]);
    expect(desk.querySelectorAll('input[type=range]')).toHaveLength(1);
  });

  it('is said and tabled', () => {
    expect(spaced(draftDesk.describe(example.run))).toBe('2 drafts are judged, 1 accepted (50 %).');
    expect(draftDesk.describe(nothing())).toBe('No draft is judged yet.');
    expect(draftDesk.table(example.run).rows[1]).toEqual([
      2,
      'b',
      '0.200',
      '0.600',
      '0.500',
      'rejected, replaced',
      'a',
    ]);
  });
});
