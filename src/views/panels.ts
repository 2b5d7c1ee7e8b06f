/** Several charts in one picture: boxes side by side, and a chart moved to its box. */
import type * as Plot from '@observablehq/plot';
import type { Size } from './plot';

export interface Box extends Size {
  x: number;
  y: number;
}

/** As many boxes in rows as wide as they may be, none narrower than `least` where that can be. */
export function boxes(
  count: number,
  { width, height }: Size,
  { least, gap = 24 }: { least: number; gap?: number },
): Box[] {
  const fitting = Math.max(1, Math.floor((width + gap) / (least + gap)));
  // Rows of equal length: six in two rows of three rather than in four and two.
  const rows = Math.ceil(count / Math.min(fitting, count || 1));
  const columns = Math.ceil(count / Math.max(1, rows));
  const wide = (width - gap * (columns - 1)) / Math.max(1, columns);
  const tall = (height - gap * (rows - 1)) / Math.max(1, rows);
  return Array.from({ length: count }, (_, i) => ({
    x: Math.round((i % columns) * (wide + gap)),
    y: Math.round(Math.floor(i / columns) * (tall + gap)),
    width: Math.round(wide),
    height: Math.round(tall),
  }));
}

/** A chart that was made for a box of its own, at its place in the whole picture. */
export function moved(
  chart: Plot.PlotOptions,
  box: Box,
  { width, height }: Size,
): Plot.PlotOptions {
  const { marginLeft = 0, marginRight = 0, marginTop = 0, marginBottom = 0 } = chart;
  return {
    ...chart,
    marginLeft: box.x + marginLeft,
    marginRight: width - box.x - box.width + marginRight,
    marginTop: box.y + marginTop,
    marginBottom: height - box.y - box.height + marginBottom,
  };
}
