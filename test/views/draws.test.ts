import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/draws';

const [few, cloud] = examples;

describe('draws', () => {
  it.each(examples)('are as stored: $state', asStored);

  it('that agree are one bullet, with its share of the draws', () => {
    expect(texts(drawn(few))).toEqual(expect.arrayContaining(['A', 'C', '75 %', '25 %']));
    expect(few.view.table(few.run).rows).toHaveLength(2);
  });

  it('turn slopes downhill', () => {
    expect(few.view.describe(few.run)).toContain('The exact push is 0.200 on A and 0.100 on C');
  });

  it('have one arrow for the mean and one for what is exact', () => {
    for (const example of [few, cloud]) {
      const document = drawn(example);
      expect(document.querySelectorAll('.v-exact path')).toHaveLength(1);
      expect(document.querySelectorAll('.v-mean path')).toHaveLength(1);
      expect(texts(document)).toEqual(expect.arrayContaining(['exact', 'mean of 120']));
    }
  });
});
