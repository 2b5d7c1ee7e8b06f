/** Where a mark's numbers stand, for transforms that work on the finished frame. */
import type * as Plot from '@observablehq/plot';

/** A channel's values in pixels along x or y. */
export const pixels = (
  channels: Plot.Channels,
  name: string,
  scales: Plot.ScaleFunctions,
): number[] => {
  const { value, scale } = channels[name] as { value: unknown; scale?: 'x' | 'y' };
  const place = scale && scales[scale];
  return Array.from(value as ArrayLike<number>, (at) => (place ? place(at) : at));
};
