/** Slanted lines over cells: not yet done. */
import * as Plot from '@observablehq/plot';
import { svgNamespace } from '../plot';

const gap = 6;

interface Hatch {
  x: Plot.ChannelValueSpec;
  y: Plot.ChannelValueSpec;
  inset?: number;
  className: string;
}

/** On the cells of two band axes; each line is cut to its cell by hand, since a pattern needs an id. */
export const hatch = <Cell>(cells: Cell[], { className, ...place }: Hatch): Plot.Markish =>
  Plot.cell(cells, {
    ...place,
    render(index, scales, values, _dimensions, context) {
      const inset = place.inset ?? 0;
      const size = (scale: unknown) =>
        ((scale as { bandwidth?(): number } | undefined)?.bandwidth?.() ?? 0) - 2 * inset;
      const [width, height] = [size(scales.x), size(scales.y)];
      const [xs, ys] = [values.x as ArrayLike<number>, values.y as ArrayLike<number>];
      const path = context.document.createElementNS(svgNamespace, 'path');
      path.setAttribute('class', className);
      path.setAttribute(
        'd',
        Array.from(index, (i) => slants(xs[i] + inset, ys[i] + inset, width, height)).join(''),
      );
      return path;
    },
  });

/** Lines that rise to the right, `gap` apart, within a rectangle. */
function slants(x: number, y: number, width: number, height: number): string {
  let d = '';
  for (let from = gap; from < width + height; from += gap) {
    // The line through (from, 0) and (0, from), from the rectangle's left or lower edge to its right or upper one.
    const [x0, x1] = [Math.max(0, from - height), Math.min(width, from)];
    d += `M${fixed(x + x0)},${fixed(y + from - x0)}L${fixed(x + x1)},${fixed(y + from - x1)}`;
  }
  return d;
}

const fixed = (pixels: number) => String(Number(pixels.toFixed(1)));
