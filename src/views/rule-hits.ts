/**
 * What rules of a cache find: a row a rule, a ring each recorded router, a filled square the stretch
 * at hand as far as it is read. Reads the facts `names`, `here` (a share each, null where nothing is
 * read) and `recorded` (of each rule but the first, which is the reader, a share each router).
 */
import * as Plot from '@observablehq/plot';
import { percent } from '../lab/format';
import { listOf } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis } from './axes';

interface Row {
  name: string;
  here: number | null;
  recorded: number[];
}

const words: Record<string, string> = { you: 'your choices', lru: 'LRU', lfu: 'LFU' };

function rowsOf(run: RunData): Row[] {
  const here = listOf<number | null>(run, 'here');
  const recorded = listOf<number[]>(run, 'recorded');
  return listOf<string>(run, 'names').map((name, i) => ({
    name: words[name] ?? name,
    here: here[i] ?? null,
    recorded: i ? (recorded[i - 1] ?? []) : [],
  }));
}

const mean = (numbers: number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

function plot({ run, width }: ViewProps): Plot.PlotOptions {
  const rows = rowsOf(run);
  const rings = rows.flatMap(({ name, recorded }) => recorded.map((x) => ({ name, x })));
  const read = rows.filter(({ here }) => here !== null);
  return {
    marginLeft: 96,
    marginRight: 52,
    marginTop: 6,
    marginBottom: 44,
    x: { domain: [0, 1] },
    y: { type: 'band', domain: rows.map(({ name }) => name), padding: 0 },
    marks: [
      Plot.gridX({ tickSpacing: 80, stroke: 'var(--hair)', strokeOpacity: 1 }),
      xAxis({
        label: 'share of the experts found',
        words: (share) => percent(share),
        spacing: width < narrow ? 56 : 80,
      }),
      Plot.ruleY(rows, { y: 'name', stroke: 'var(--hair)' }),
      Plot.dot(rings, {
        x: 'x',
        y: 'name',
        r: 4,
        fill: 'var(--paper)',
        stroke: 'var(--soft)',
        strokeWidth: 1.5,
      }),
      Plot.dot(read, {
        x: 'here',
        y: 'name',
        symbol: 'diamond2',
        r: 6,
        fill: 'var(--ink)',
        stroke: 'var(--paper)',
      }),
      Plot.text(rows, {
        y: 'name',
        text: 'name',
        frameAnchor: 'left',
        textAnchor: 'end',
        dx: -10,
        className: 'v-name',
      }),
      Plot.text(read, {
        y: 'name',
        text: ({ here }: Row) => percent(here!),
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 10,
        className: 'v-label',
      }),
    ],
  };
}

export const ruleHits: ChartView = {
  name: 'rule-hits',
  reads: { facts: ['names', 'here', 'recorded'] },
  aspect: 0.6,
  narrowAspect: 0.7,
  plot,
  describe(run) {
    const rows = rowsOf(run);
    if (!rows.length) return 'Nothing is found yet.';
    const each = rows.map(({ name, here, recorded }) => {
      const now = here === null ? '' : ` ${percent(here)}`;
      const others = recorded.length
        ? ` (recorded routers ${percent(Math.min(...recorded))} to ${percent(Math.max(...recorded))})`
        : '';
      return `${name}${now}${others}`;
    });
    return `Share of the experts found: ${each.join(', ')}.`;
  },
  table(run) {
    const rows = rowsOf(run);
    const most = Math.max(0, ...rows.map(({ recorded }) => recorded.length));
    const say = (share: number | null | undefined) =>
      share === null || share === undefined ? '–' : percent(share);
    return {
      columns: [
        'policy',
        'this stretch so far',
        ...Array.from({ length: most }, (_, i) => `router ${i + 1}`),
        'their mean',
      ],
      rows: rows.map(({ name, here, recorded }) => [
        name,
        say(here),
        ...Array.from({ length: most }, (_, i) => say(recorded[i])),
        say(recorded.length ? mean(recorded) : null),
      ]),
    };
  },
};
