/**
 * A chart is a spec of Observable Plot; here it becomes the figure: live in the page's document,
 * at build in one made for it, so that the first frame is in the HTML. The same either way.
 */
import * as Plot from '@observablehq/plot';
import type { PlotSpec, ScaleOf } from '../lab/types';

export interface Size {
  /** CSS pixels, the SVG's viewBox. */
  width: number;
  height: number;
}

export interface Picture {
  svg: SVGSVGElement;
  /** Plot's scales of the first chart: for what a reader draws upon the picture. */
  scale: ScaleOf;
}

export const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * One SVG of all charts of a spec, over each other in one frame. `words` are its text alternative.
 * What Plot writes as styles is a rule of every lab (pictures.css), since the pages' policy allows
 * no style in HTML.
 */
export function picture(
  spec: PlotSpec,
  { width, height }: Size,
  words: string,
  document: Document,
): Picture {
  const svg = document.createElementNS(svgNamespace, 'svg');
  const attributes = {
    class: 'lab-svg',
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': words,
    fill: 'currentColor',
    'text-anchor': 'middle',
    'font-size': 13,
  };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, String(value));
  const charts = [spec]
    .flat()
    .map((each) => Plot.plot({ axis: null, ...each, width, height, document }));
  for (const chart of charts) {
    chart.querySelector('style')?.remove();
    svg.append(...chart.childNodes);
  }
  // Parts of an image have no names of their own: Plot's ("line", "y-axis tick") say nothing.
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  return { svg, scale: (name) => charts[0].scale(name) };
}

const geometry = [
  'd',
  'transform',
  'x',
  'y',
  'x1',
  'x2',
  'y1',
  'y2',
  'cx',
  'cy',
  'r',
  'width',
  'height',
];

/** The same as HTML, for a page that is being built: a tenth of a pixel is enough there. */
export function markup(...picked: Parameters<typeof picture>): string {
  const { svg } = picture(...picked);
  for (const part of svg.querySelectorAll('*'))
    for (const name of geometry) {
      const value = part.getAttribute(name);
      if (value?.includes('.')) part.setAttribute(name, rounded(value));
    }
  return svg.outerHTML;
}

const rounded = (numbers: string) =>
  numbers.replace(/-?\d*\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))));
