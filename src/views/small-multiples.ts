/** The same chart for every lane, side by side: what differs between them is seen at a glance. */
import * as Plot from '@observablehq/plot';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { boxes, moved } from './panels';
import { runsOf } from './series';

interface Multiples {
  name: string;
  /** Pixels that one needs at least: `narrow` screens stand them in fewer columns. */
  least?: number;
  aspect: number;
  narrowAspect: number;
}

/** Pixels over each chart for the lane's name. */
const head = 18;

export function smallMultiples(
  view: ChartView,
  { name, least = 200, aspect, narrowAspect }: Multiples,
): ChartView {
  function plot({ run, width, height, ...props }: ViewProps): Plot.PlotOptions[] {
    const size = { width, height };
    const lanes = runsOf(run);
    return boxes(lanes.length, size, { least }).flatMap((box, i) => {
      const lane = lanes[i];
      const inner = { ...box, y: box.y + head, height: box.height - head };
      const charts = [view.plot({ ...props, ...inner, run: lane })].flat();
      const title: Plot.PlotOptions = {
        marks: [
          Plot.text([nameOf(lane)], {
            frameAnchor: 'top-left',
            lineAnchor: 'top',
            className: 'v-label',
          }),
        ],
      };
      return [moved(title, box, size), ...charts.map((chart) => moved(chart, inner, size))];
    });
  }

  return {
    ...view,
    name,
    aspect,
    narrowAspect,
    plot,
    Layer: undefined,
    describe(run) {
      return runsOf(run)
        .map((lane) => [nameOf(lane), view.describe(lane)].filter(Boolean).join(': '))
        .join(' ');
    },
    table(run) {
      const tables = runsOf(run).map((lane) => ({ lane, ...view.table(lane) }));
      return {
        columns: tables[0].columns,
        rows: tables.flatMap(({ lane, rows }) =>
          rows.map(([first, ...others]) => [
            [nameOf(lane), first].filter(Boolean).join(', '),
            ...others,
          ]),
        ),
      };
    },
  };
}

const nameOf = (lane: RunData) => lane.label ?? '';
