/** Cells of a grid as few paths: one for each colour and shade, however many cells there are. */
import * as Plot from '@observablehq/plot';
import { svgNamespace } from '../plot';
import { literal } from './bullets';

interface Tiles<Cell> {
  x: Plot.ChannelValueSpec;
  y: Plot.ChannelValueSpec;
  fill(cell: Cell): string;
  /** 0 is paper, 1 the colour itself. */
  shade(cell: Cell): number;
  /** Pixels left free around each. */
  inset?: number;
}

/** Shades that an eye can tell apart. */
const shades = 25;

export function tiles<Cell>(
  cells: Cell[],
  { x, y, fill, shade, inset = 0 }: Tiles<Cell>,
): Plot.Markish {
  return Plot.cell(cells, {
    x,
    y,
    fill: literal(fill),
    fillOpacity: {
      value: (cell: Cell) => Math.round(Math.max(0, Math.min(1, shade(cell))) * shades) / shades,
      scale: null,
    },
    inset,
    render(index, scales, values, _dimensions, context) {
      const paths = new Map<string, string>();
      const wide = band(scales.x) - 2 * inset;
      const tall = band(scales.y) - 2 * inset;
      const [xs, ys] = [values.x as ArrayLike<number>, values.y as ArrayLike<number>];
      const fills = values.fill as ArrayLike<string>;
      const opacities = values.fillOpacity as ArrayLike<number>;
      for (const i of index) {
        if (!(opacities[i] > 0)) continue;
        const key = `${fills[i]} ${opacities[i]}`;
        const rect = `M${fixed(xs[i] + inset)},${fixed(ys[i] + inset)}h${fixed(wide)}v${fixed(tall)}h${fixed(-wide)}z`;
        paths.set(key, (paths.get(key) ?? '') + rect);
      }
      const group = context.document.createElementNS(svgNamespace, 'g');
      for (const [key, d] of paths) {
        const path = context.document.createElementNS(svgNamespace, 'path');
        const at = key.lastIndexOf(' ');
        path.setAttribute('fill', key.slice(0, at));
        path.setAttribute('fill-opacity', key.slice(at + 1));
        path.setAttribute('d', d);
        group.append(path);
      }
      return group as SVGGElement;
    },
  });
}

const band = (scale: unknown) =>
  (scale as { bandwidth?(): number } | undefined)?.bandwidth?.() ?? 0;
const fixed = (pixels: number) => String(Number(pixels.toFixed(2)));
