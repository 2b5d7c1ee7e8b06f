import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/cluster-map';
import { nothing } from './examples/shared';

const [example] = examples;

describe('the cluster map', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('is as strong as the share of a row, under the experts’ bullets', () => {
    const document = drawn(example);
    const tints = [...document.querySelectorAll('path[fill-opacity]')].map((path) =>
      ['fill', 'fill-opacity'].map((name) => path.getAttribute(name)),
    );
    expect(tints).toEqual([
      ['var(--wash)', '1'],
      ['var(--expert-A)', '1'],
      ['var(--expert-B)', '0.76'],
      ['var(--expert-C)', '0.24'],
    ]);
    expect(texts(document).slice(0, 2)).toEqual(['cluster', '1']);
    expect(texts(document)).toEqual(expect.arrayContaining(['A', 'B', 'C']));
  });

  it('says who leads where', () => {
    expect(example.view.describe(example.run)).toBe('Six clusters: A leads in 3, B leads in 3.');
    expect(example.view.describe(nothing())).toBe('No clusters have been routed yet.');
  });
});
