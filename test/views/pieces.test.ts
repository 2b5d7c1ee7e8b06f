import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/pieces';

const [example] = examples;

describe('pieces', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('have a tick for each place where the slope changes, and one piece more', () => {
    const document = drawn(example);
    expect(document.querySelectorAll('[stroke-opacity] line')).toHaveLength(3);
    expect(texts(document)).toEqual(expect.arrayContaining(['One piece', 'Four pieces']));
  });
});
