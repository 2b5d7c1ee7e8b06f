import { describe, expect, it } from 'vitest';
import { partsOf } from '../../src/views/spokes';
import { asStored, drawn, texts } from './draw';
import { nothing } from './examples/shared';
import { examples } from './examples/spokes';

const [example] = examples;

describe('parts of a network as spokes', () => {
  it.each(examples)('are drawn as stored: $state', asStored);

  it('stand in the order of the features, the closest first', () => {
    expect(partsOf(example.run).map(({ feature, cosine }) => [feature, cosine])).toEqual([
      [0, 0.995],
      [1, 1],
      // Nearly nothing stands last.
      [0, 1],
    ]);
  });

  it('say the feature that each is closest to, and which is nearly nothing', () => {
    expect(texts(drawn(example))).toEqual(
      expect.arrayContaining([
        'the network',
        'sum of the parts',
        'nearly nothing',
        'feature 2: 1.00',
      ]),
    );
  });

  it('are as many planes as parts and two more', () => {
    const document = drawn(example);
    // Each plane has the network's spokes and its own.
    expect(document.querySelectorAll('line.spoke')).toHaveLength(2 * 5);
    expect(document.querySelectorAll('line.spoke-own')).toHaveLength(2 * 5);
  });

  it('are told', () => {
    expect(example.view.describe(example.run)).toMatch(/^3 parts: part 1 closest to feature 1/);
    expect(example.view.describe(nothing())).toBe('Nothing has been taken apart yet.');
  });
});
