import { describe, expect, it } from 'vitest';
import { drawn } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/voices';

const [example] = examples;

describe('what a model writes', () => {
  it('stands under who spoke, with its loss, and says where no line came to an end', () => {
    const words = [...drawn(example).querySelectorAll('dt, dd')].map((each) => each.textContent);
    expect(words).toEqual([
      'the chosen: 0.400',
      '6+9=15right',
      '1+1=3wrong',
      'all in full: 3.10',
      'no line is finished',
    ]);
  });

  it('is told of those that wrote', () => {
    expect(example.view.describe(example.run)).toBe('the chosen: “6+9=15”; 1 of 2 lines right.');
    expect(example.view.describe(nothing())).toBe('It has written nothing yet.');
  });
});
