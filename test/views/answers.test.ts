import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/answers';
import { nothing } from './examples/shared';

const [example] = examples;

describe('answers over a target', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('are a curve for each network, named at its end', () => {
    const document = drawn(example);
    expect(document.querySelectorAll('.v-thin path')).toHaveLength(2);
    expect(document.querySelectorAll('.v-target-under path')).toHaveLength(1);
    expect(texts(document)).toEqual(expect.arrayContaining(['target', 'deep', 'wide']));
  });

  it('say how far each is off', () => {
    expect(example.view.describe(example.run)).toBe(
      'Answers over the target: deep is off by at most 0, wide is off by at most 0.600.',
    );
    expect(example.view.describe(nothing())).toBe('No answers yet.');
  });
});
