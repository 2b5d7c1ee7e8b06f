import { describe, expect, it } from 'vitest';
import { asStored, drawn } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/two-texts';

const [example] = examples;

describe('texts written in two ways', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('are marked from the first character that differs', () => {
    const marks = [...drawn(example).querySelectorAll('mark')];
    expect(marks.map(({ textContent }) => textContent)).toEqual(['3 / ((}=:']);
  });

  it('are told with that character', () => {
    expect(example.view.describe(example.run)).toBe(
      'Written with plain and absorbed. no positions: the same to the last character; content keys turned: a different text from character 5 on.',
    );
    expect(example.view.table(example.run).rows[1].at(-1)).toBe(5);
    expect(example.view.describe(nothing())).toBe('Nothing is written yet.');
  });

  it('differ where one is longer', () => {
    const run = { ...example.run, answers: { twice: [['\nab', '\nabc']] } };
    expect(example.view.table(run).rows[0].at(-1)).toBe(3);
  });
});
