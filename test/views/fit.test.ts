import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { picture } from '../../src/views/plot';
import { asStored, drawn, texts } from './draw';
import { examples } from './examples/fit';
import { nothing } from './examples/shared';

const [example] = examples;

describe('the fit', () => {
  it.each(examples)('is as stored: $state', asStored);

  it('draws target, network and pieces, and no line where a piece adds nothing', () => {
    const document = drawn(example);
    for (const [name, count] of [
      ['v-target', 1],
      ['v-line', 1],
      ['v-piece', 2],
    ] as const)
      expect(document.querySelectorAll(`.${name} path`), name).toHaveLength(count);
    expect(texts(document).slice(-2)).toEqual(['target', 'network']);
  });

  it('cuts at its edge what leaves it', () => {
    const cut = drawn(example).querySelector('svg svg')!;
    expect(cut.getAttribute('viewBox')).toBe('44 34 800 354');
    expect(cut.querySelector('.v-piece')).toBeTruthy();
  });

  it('tells the drawing layer where things stand', () => {
    const { document } = parseHTML('<html></html>');
    const { scale } = picture(fitSpec(), { width: 940, height: 432 }, '', document);
    const [x, y] = [scale('x')!, scale('y')!];
    expect([x.apply(-1), x.apply(1), y.apply(-1.5), y.apply(1.5)]).toEqual([44, 844, 388, 34]);
    expect(y.invert!(y.apply(0.7))).toBeCloseTo(0.7);
  });

  it('says how far it is off, and where most', () => {
    expect(example.view.describe(example.run)).toBe(
      "The network's curve, a sum over 3 units, against the target after 120 steps, mean squared error 0.00833. It is farthest off at x = −1, by 0.859.",
    );
    expect(example.view.describe(nothing())).toMatch(/not answered yet/);
  });
});

const fitSpec = () => example.view.plot!({ run: example.run, width: 940, height: 432 });
