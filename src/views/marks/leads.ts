/** Fine lines from where something is to where its label had to move. */
import * as Plot from '@observablehq/plot';
import { pixels } from './pixels';

interface Leads {
  x: Plot.ChannelValueSpec;
  y: Plot.ChannelValueSpec;
  /** What moves the labels. */
  placed<Options>(options: Options): Options;
  /** Pixels to the right where the line ends. */
  to: number;
}

/** None where a label moved by four pixels or less. */
export const leads = <Datum>(data: Datum[], { x, y, placed, to }: Leads): Plot.Markish =>
  Plot.link(
    data,
    Plot.initializer(
      placed({
        x1: x,
        x2: x,
        y1: y,
        y2: y,
        channels: { y: { value: y, scale: 'y' } },
        className: 'v-lead',
      }),
      (_data, facets, channels, scales) => {
        const [x1, from, y2] = ['x1', 'y1', 'y'].map((name) => pixels(channels, name, scales));
        return {
          facets: facets.map((index) =>
            Array.from(index).filter((i) => Math.abs(y2[i] - from[i]) > 4),
          ),
          channels: {
            x1: { value: x1.map((at) => at + 1) },
            x2: { value: x1.map((at) => at + to) },
            y1: { value: from },
            y2: { value: y2 },
          },
        };
      },
    ) as Plot.LinkOptions & { className?: string },
  );
