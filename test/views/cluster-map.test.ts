import { describe, expect, it } from 'vitest';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/cluster-map';
import { nothing } from './examples/shared';

const [example] = examples;

describe('the cluster map', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('is as dark as the share of a row, and letters what is large', () => {
    const document = drawn(example);
    const tints = [...document.querySelectorAll('rect[fill-opacity]')].map((cell) => [
      cell.getAttribute('fill'),
      cell.getAttribute('fill-opacity'),
    ]);
    expect(tints.slice(0, 3)).toEqual([
      ['var(--expert-A)', '1'],
      ['var(--expert-B)', '0.75'],
      ['var(--expert-C)', '0.25'],
    ]);
    // Three bullets above, three cells of A and three of B.
    expect(texts(document).filter((words) => 'ABC'.includes(words))).toHaveLength(9);
  });

  it('says who leads where', () => {
    expect(example.view.describe(example.run)).toBe('Six clusters: A leads in 3, B leads in 3.');
    expect(example.view.describe(nothing())).toBe('No clusters have been routed yet.');
  });
});
