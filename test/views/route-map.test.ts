import { describe, expect, it } from 'vitest';
import { commonest, readOf } from '../../src/views/route-map';
import { drawn, texts } from './draw';
import { examples } from './examples/route-map';
import { nothing, runOf } from './examples/shared';

const [example] = examples;

describe('a map of routes', () => {
  it('reads sets of experts from numbers, up to what was read', () => {
    const read = readOf(example.run)!;
    expect(read.routes).toEqual([
      [
        [0, 1],
        [0, 2],
      ],
      [
        [0, 1],
        [0, 2],
      ],
      [
        [1, 2],
        [1, 2],
      ],
      [
        [0, 1],
        [1, 2],
      ],
    ]);
    expect(commonest(read).map(({ times }) => times)).toEqual([2, 1, 1]);
  });

  it('reads more than sixteen experts from two numbers a layer', () => {
    const run = runOf({
      facts: { layers: [1], experts: 20, topK: 2 },
      probes: { read: { shape: [1, 2], data: [2, 8] } },
    });
    expect(readOf(run)!.routes).toEqual([[[1, 19]]]);
  });

  it('has a station for each set and a line for each way that was taken', () => {
    const document = drawn(example);
    expect(texts(document)).toEqual([
      'layer 2',
      'layer 3',
      ...['AB', 'AC', 'BC'],
      ...['AB', 'AC', 'BC'],
    ]);
    expect(document.querySelectorAll('path.route-way')).toHaveLength(3);
    const widths = [...document.querySelectorAll('path.route-way')].map((way) =>
      Number(way.getAttribute('stroke-width')),
    );
    expect(Math.max(...widths)).toBe(widths.at(-1));
  });

  it('marks the route of the character pointed at', () => {
    const document = drawn(example);
    // The last of the row at first: "a" by AB, then BC.
    expect(document.querySelector('.written-gates')!.textContent).toBe(
      '“a” takes AB – BC: 1 of 4 characters went this way. Point at another.',
    );
    expect([...document.querySelectorAll('.v-on')].map((on) => on.textContent)).toEqual([
      'AB',
      'BC',
    ]);
  });

  it('is said with the commonest route', () => {
    expect(example.view.describe(example.run)).toMatch(
      /^4 characters took 3 of 9 routes\. The commonest, AB – AC, was taken by 50.0.%\.$/,
    );
    expect(example.view.describe(nothing())).toBe('Nothing has been read yet.');
  });
});
