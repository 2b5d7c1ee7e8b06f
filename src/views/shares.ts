/**
 * A share for each contestant, as bars with what it cost beside them. Reads a probe [contestants]
 * and facts with their names and costs.
 */
import * as Plot from '@observablehq/plot';
import { count, percent } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { series } from './curves';
import { literal } from './marks/bullets';

interface Options {
  name: string;
  probe: string;
  /** Facts, each a number a contestant, and what they count. */
  costs: Record<string, string>;
  label: string;
  chance?(run: RunData): number;
}

interface Bar {
  words: string;
  share: number;
  costs: number[];
  index: number;
}

export function shares({ name, probe, costs, label, chance }: Options): ChartView {
  const barsOf = (run: RunData): Bar[] => {
    const names = run.facts?.contestants;
    const values = Array.from(run.probes[probe]?.data ?? []);
    return values.map((share, index) => ({
      words: Array.isArray(names) ? String(names[index]) : String(index + 1),
      share,
      index,
      costs: Object.keys(costs).map((fact) => {
        const all = run.facts?.[fact];
        return Array.isArray(all) ? Number(all[index]) : Number.NaN;
      }),
    }));
  };

  function plot({ run, width }: ViewProps): Plot.PlotOptions {
    const bars = barsOf(run);
    const tight = width < narrow;
    const level = chance?.(run);
    // Room for what stands behind a full bar.
    const side = tight ? 36 : 40 + 96 * Object.keys(costs).length;
    const head = (words: string, dx: number) =>
      Plot.text([words], {
        frameAnchor: 'top-right',
        textAnchor: 'end',
        lineAnchor: 'bottom',
        dx,
        dy: -8,
        className: 'v-axis',
      });
    return {
      marginLeft: tight ? 128 : 168,
      marginRight: side + 8,
      marginTop: 34,
      marginBottom: 8,
      x: { domain: [0, 1], axis: null },
      y: { type: 'band', domain: bars.map(({ words }) => words), padding: 0.25 },
      marks: [
        Plot.axisY({ tickSize: 0, tickPadding: 10, label: null, className: 'v-axis' }),
        Plot.text([label], {
          frameAnchor: 'top-left',
          lineAnchor: 'bottom',
          dy: -8,
          className: 'v-axis',
        }),
        Plot.barX(bars, {
          x: 'share',
          y: 'words',
          fill: literal(({ index }: Bar) => series(index)),
        }),
        level === undefined ? null : Plot.ruleX([level], { className: 'v-fair' }),
        Plot.text(bars, {
          x: 'share',
          y: 'words',
          text: ({ share }: Bar) => percent(share),
          textAnchor: 'start',
          dx: 6,
          className: 'v-label v-on-paper',
        }),
        ...(tight
          ? []
          : Object.values(costs).flatMap((words, i) => {
              const dx = 40 + 96 * (i + 1);
              return [
                head(words, dx),
                Plot.text(bars, {
                  y: 'words',
                  text: ({ costs: own }: Bar) => count(own[i]),
                  frameAnchor: 'right',
                  textAnchor: 'end',
                  dx,
                  className: 'v-axis',
                }),
              ];
            })),
      ],
    };
  }

  return {
    name,
    reads: { probes: [probe], facts: ['contestants', ...Object.keys(costs)] },
    aspect: 0.36,
    narrowAspect: 0.8,
    plot,
    describe: (run) =>
      `${label}: ${barsOf(run)
        .map(({ words, share }) => `${words} ${percent(share)}`)
        .join(', ')}.`,
    table: (run) => ({
      columns: ['network', label, ...Object.values(costs)],
      rows: barsOf(run).map(({ words, share, costs: own }) => [
        words,
        percent(share, 1),
        ...own.map(count),
      ]),
    }),
  };
}
