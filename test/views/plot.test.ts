import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { markup, picture } from '../../src/views/plot';

const { document } = parseHTML('<html></html>');
const size = { width: 400, height: 200 };
const bars: Plot.PlotOptions = {
  margin: 20,
  x: { domain: [0, 3] },
  y: { domain: [0, 1] },
  marks: [
    Plot.axisX({ className: 'v-axis' }),
    Plot.ruleX([1, 2], { y: (x: number) => x / 3, className: 'bar' }),
  ],
};

describe('a picture', () => {
  it('is one image of its size, with its words', () => {
    const { svg } = picture(bars, size, 'Two bars.', document);
    expect(svg.getAttribute('viewBox')).toBe('0 0 400 200');
    expect(svg.getAttribute('role')).toBe('img');
    expect(svg.getAttribute('aria-label')).toBe('Two bars.');
    expect(svg.querySelectorAll('.bar line')).toHaveLength(2);
  });

  it('brings no styles, and no names of parts', () => {
    const { svg } = picture(bars, size, '', document);
    expect(svg.querySelectorAll('style, [style], [id], g[aria-label]')).toHaveLength(0);
  });

  it('lays several charts over each other, and places by the first', () => {
    const { svg, scale } = picture([bars, { ...bars, marginTop: 120 }], size, '', document);
    expect(svg.querySelectorAll('.bar')).toHaveLength(2);
    expect(scale('y')!.apply(1)).toBe(20);
    expect(scale('x')!.invert!(scale('x')!.apply(2))).toBeCloseTo(2);
    expect(scale('color')).toBeUndefined();
  });

  it('as HTML is the same to a tenth of a pixel, its words untouched', () => {
    const html = markup(bars, size, 'From 0.1234 to 0.5678.', document);
    expect(html).toContain('From 0.1234 to 0.5678.');
    const [line] = parseHTML(html).document.querySelectorAll('.bar line');
    expect(line.getAttribute('x1')).toBe('140');
    expect(line.getAttribute('y1')).toBe('180');
    expect(line.getAttribute('y2')).toBe('126.7');
  });
});
