import { describe, expect, it } from 'vitest';
import { basinOf } from '../../src/views/basin-map';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/basin-map';

const [example] = examples;

describe('the map of starts', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('counts those that came back, row by row, and sorts by error', () => {
    expect(basinOf(example.run).map(({ back }) => back)).toEqual([3, 1, 0]);
    expect(basinOf(example.run)[1].errors).toEqual([0.0005, 0.02, 0.08]);
  });

  it('has a cell for each start and names the random row', () => {
    const document = drawn(example);
    expect(document.querySelectorAll('rect')).toHaveLength(9);
    expect(texts(document)).toEqual(expect.arrayContaining(['3 of 3', '1 of 3', 'at random']));
  });
});
