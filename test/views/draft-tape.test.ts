import { describe, expect, it } from 'vitest';
import { tapeCount } from '../../src/views/draft-tape';
import { drawn, spaced } from './draw';
import { examples } from './examples/draft-tape';
import { nothing } from './examples/shared';

const [example] = examples;
const classes = (selector: string) =>
  [...drawn(example).querySelectorAll(selector)].map(({ className, textContent }) => [
    className.replace(' written-pointed', ''),
    textContent,
  ]);

describe('what was written with drafts', () => {
  it('is coupled pass by pass, each character by its fate', () => {
    const wagons = [...drawn(example).querySelectorAll('.tape-wagon')];
    expect(wagons.map(({ children }) => children.length)).toEqual([3, 1, 1]);
    expect(classes('.tape-wagon > span')).toEqual([
      ['tape-accepted', 'a'],
      ['tape-accepted', 'b'],
      ['tape-own', 'c'],
      ['tape-instead', 'b\u00a0'], // struck, and what stands there instead
      ['tape-own', '⏎'],
    ]);
    expect(drawn(example).querySelector('.tape-instead s')?.textContent).toBe('a');
  });

  it('tells of the first rejected draft until another is pointed at', () => {
    const told = spaced(drawn(example).querySelector('.tape-story p')!.textContent!);
    expect(told).toBe(
      'Draft 1, “b”: model 0.100, module 0.500: accepted below 0.200, drawn 0.750. Rejected; from what the module had put too low, the model drew “␣”. 1 more draft was thrown away unread.',
    );
  });

  it('is counted: every pass adds one character to the accepted drafts', () => {
    expect(tapeCount(example.run)).toEqual({ written: 5, passes: 3, judged: 3, accepted: 2 });
    expect(spaced(example.view.describe(example.run))).toBe(
      'The model wrote 5 characters in 3 passes; 2 of 3 drafts that it judged were accepted (67 %).',
    );
    expect(example.view.describe(nothing())).toBe('Nothing is written yet.');
  });

  it('has each character in the table', () => {
    const { rows } = example.view.table(example.run);
    expect(rows.map((row) => row.at(-1))).toEqual([
      'accepted',
      'accepted',
      'the model’s own',
      'rejected, replaced',
      'the model’s own',
    ]);
    expect(rows[3]).toEqual(['1.4', 2, '␣', 'b', '0.100', '0.500', '0.750', 'rejected, replaced']);
  });
});
