/**
 * Queues in front of devices: a column a device, stacked of the experts that compute there, and the
 * mean as a line. Copies of an expert have its colour. Reads the answer `served`.
 */
import * as Plot from '@observablehq/plot';
import { count, value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, yAxis } from './axes';
import { color, ink, letter } from './marks/bullet';
import { literal } from './marks/bullets';

interface Served {
  queues: number[][];
  homes: number[][];
}

interface Block {
  device: number;
  expert: number;
  from: number;
  to: number;
  copy: boolean;
}

const servedOf = (run: RunData): Served | undefined => {
  const found = run.answers?.served as unknown as Served | undefined;
  return found?.queues ? found : undefined;
};

const total = (queue: number[]) => queue.reduce((sum, length) => sum + length, 0);

function blocksOf({ queues, homes }: Served): Block[] {
  return queues.flatMap((queue, device) => {
    let from = 0;
    return queue.flatMap((length, expert) => {
      if (!length) return [];
      const block = { device, expert, from, to: from + length, copy: homes[expert][0] !== device };
      from += length;
      return [block];
    });
  });
}

function plot({ run, width, height }: ViewProps): Plot.PlotOptions {
  const served = servedOf(run);
  const tight = width < narrow;
  const lengths = served?.queues.map(total) ?? [];
  const mean = lengths.length ? total(lengths) / lengths.length : 0;
  const longest = Math.max(1, ...lengths);
  const busiest = lengths.indexOf(longest);
  const blocks = served ? blocksOf(served) : [];
  const frame = {
    marginLeft: 46,
    marginRight: tight ? 4 : 92,
    marginTop: 34,
    marginBottom: 34,
  };
  const devices = Array.from(lengths.keys());
  const pixels = (height - frame.marginTop - frame.marginBottom) / (longest * 1.08);
  const inset = tight ? 2 : 8;
  return {
    ...frame,
    x: { type: 'band', domain: devices, padding: 0, axis: null },
    y: { domain: [0, longest * 1.08] },
    marks: [
      yAxis({ label: 'characters in the queue of a device', words: count }, frame),
      Plot.barY(blocks, {
        x: 'device',
        y1: 'from',
        y2: 'to',
        fill: literal(({ expert }: Block) => color(expert)),
        stroke: literal(({ device }: Block) =>
          device === busiest ? 'var(--ink)' : 'var(--paper)',
        ),
        strokeWidth: 1,
        insetLeft: inset,
        insetRight: inset,
        className: 'v-river',
      }),
      Plot.text(
        blocks.filter(({ from, to }) => (to - from) * pixels > 13),
        {
          x: 'device',
          y: ({ from, to }: Block) => (from + to) / 2,
          text: ({ expert, copy }: Block) => letter(expert) + (copy ? '′' : ''),
          fill: literal(({ expert }: Block) => ink(expert)),
          fontSize: 11,
          className: 'v-bullet',
        },
      ),
      Plot.text(devices, {
        x: (device: number) => device,
        text: (device: number) => String(device + 1),
        frameAnchor: 'bottom',
        lineAnchor: 'top',
        dy: 8,
        className: 'v-axis',
      }),
      Plot.ruleY(lengths.length ? [mean] : [], { className: 'v-fair' }),
      Plot.text(lengths.length ? [`mean ${value(mean)}`] : [], {
        y: [mean],
        frameAnchor: 'right',
        className: 'v-label v-on-paper',
        ...(tight
          ? { textAnchor: 'end', lineAnchor: 'bottom', dy: -4 }
          : { textAnchor: 'start', dx: 6 }),
      }),
    ],
  };
}

export const queuesView: ChartView = {
  name: 'queues',
  reads: { answers: ['served'] },
  aspect: 0.4,
  narrowAspect: 0.8,
  plot,
  describe(run) {
    const served = servedOf(run);
    if (!served) return 'Nobody has been served yet.';
    const lengths = served.queues.map(total);
    const longest = Math.max(...lengths);
    return `One step: device ${lengths.indexOf(longest) + 1} has the longest queue, ${count(longest)} characters; the mean is ${value(total(lengths) / lengths.length)}.`;
  },
  table(run) {
    const served = servedOf(run);
    return {
      columns: ['device', 'characters', 'by expert (′ a copy)'],
      rows: (served?.queues ?? []).map((queue, device) => [
        String(device + 1),
        total(queue),
        queue
          .flatMap((length, expert) =>
            length
              ? [`${letter(expert)}${served!.homes[expert][0] === device ? '' : '′'} ${length}`]
              : [],
          )
          .join(', '),
      ]),
    };
  },
};
