/** Marks that may leave the frame are cut at its edge. */
import type * as Plot from '@observablehq/plot';
import { svgNamespace } from '../plot';

/**
 * As a picture within the picture: Plot's own `clip` writes an id, which a page of many charts,
 * some from the build and some drawn since, would hold twice.
 */
export function cut<Options extends object>(
  options: Options,
): Options & { render: Plot.RenderFunction } {
  return {
    ...options,
    render(index, scales, values, dimensions, context, next) {
      const mark = next?.(index, scales, values, dimensions, context);
      if (!mark) return null;
      const { width, height, marginLeft, marginRight, marginTop, marginBottom } = dimensions;
      const box = [
        marginLeft,
        marginTop,
        Math.max(0, width - marginLeft - marginRight),
        Math.max(0, height - marginTop - marginBottom),
      ];
      const svg = context.document.createElementNS(svgNamespace, 'svg');
      ['x', 'y', 'width', 'height'].forEach((name, i) => {
        svg.setAttribute(name, String(box[i]));
      });
      svg.setAttribute('viewBox', box.join(' '));
      svg.append(mark);
      return svg;
    },
  };
}
