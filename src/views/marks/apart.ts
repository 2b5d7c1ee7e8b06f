/** Labels that would lie over each other are moved apart, in their order. */
import * as Plot from '@observablehq/plot';
import { pixels } from './pixels';

/**
 * A transform of a mark's options: its y in pixels, at least `gap` from the next and within the
 * frame less `inset`. Labels whose x is farther apart than `reach` do not meet.
 */
export const apart =
  (gap: number, inset = 0, reach = Number.POSITIVE_INFINITY) =>
  <Options>(options: Options): Options =>
    Plot.initializer(options, (_data, facets, channels, scales, dimensions) => {
      const wanted = pixels(channels, 'y', scales);
      const placed = [...wanted];
      const [top, bottom] = [
        dimensions.marginTop + inset,
        dimensions.height - dimensions.marginBottom - inset,
      ];
      const along = channels.x && pixels(channels, 'x', scales);
      const groups = facets.flatMap((index) => {
        const finite = Array.from(index).filter((i) => Number.isFinite(wanted[i]));
        return along ? near(finite, along, reach) : [finite];
      });
      for (const finite of groups) {
        spread(
          finite.map((i) => wanted[i]),
          Math.min(gap, (bottom - top) / Math.max(1, finite.length - 1)),
          top,
          bottom,
        ).forEach((y, n) => {
          placed[finite[n]] = y;
        });
      }
      return { channels: { y: { value: placed } } };
    }) as Options;

/** Indices in groups that lie within `reach` of each other along x. */
function near(index: number[], along: number[], reach: number): number[][] {
  const groups: number[][] = [];
  for (const i of index.toSorted((a, b) => along[a] - along[b])) {
    const group = groups.at(-1);
    if (group && along[i] - along[group.at(-1)!] <= reach) group.push(i);
    else groups.push([i]);
  }
  return groups;
}

/** Positions at least `gap` apart within [top, bottom], in the order they had. */
export function spread(wanted: number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = new Array<number>(wanted.length);
  let floor = top;
  for (const i of order) {
    placed[i] = Math.max(wanted[i], floor);
    floor = placed[i] + gap;
  }
  let ceiling = bottom;
  for (const i of [...order].reverse()) {
    placed[i] = Math.min(placed[i], ceiling);
    ceiling = placed[i] - gap;
  }
  return placed;
}
