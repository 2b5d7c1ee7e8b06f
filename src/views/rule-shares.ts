/**
 * What several rules wrote, a panel each: filled bars are the shares of the tokens written, the
 * outlines behind them are what the model itself would write. Reads the probe `shares` [rules + 2,
 * names] (last but one the model's, last the drafter's), the facts `rules` and `names`, and the
 * metric `distance` [rules].
 */
import * as Plot from '@observablehq/plot';
import { percent } from '../lab/format';
import { latestRow, listOf } from '../lab/run';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow } from './axes';
import { series } from './curves';
import { boxes, moved } from './panels';
import { rowsOf } from './probes';

interface Panel {
  words: string;
  distance: number;
  written: number[];
}

const seen = (name: string) =>
  name === 'others' ? '…' : name === ' ' ? '␣' : name === '\n' ? '⏎' : name;

function panelsOf(run: RunData): Panel[] {
  const rows = rowsOf(run, 'shares');
  const distances = latestRow(run, 'distance');
  return listOf<string>(run, 'rules').flatMap((words, rule) =>
    rows[rule] ? [{ words, distance: distances[rule], written: rows[rule] }] : [],
  );
}

const modelOf = (run: RunData): number[] => rowsOf(run, 'shares').at(-2) ?? [];
const drafterOf = (run: RunData): number[] => rowsOf(run, 'shares').at(-1) ?? [];

/** Pixels over each panel: what it is called, and how far off it is. */
const head = 42;

function plot({ run, width, height }: ViewProps): Plot.PlotOptions[] {
  const panels = panelsOf(run);
  const names = listOf<string>(run, 'names').map(seen);
  const model = modelOf(run);
  const most = Math.max(0.05, ...model, ...panels.flatMap(({ written }) => written));
  const tight = width < narrow;
  const size = { width, height };
  return boxes(panels.length, size, { least: tight ? 110 : 200, gap: tight ? 16 : 24 }).map(
    (box, i) => {
      const { words, distance, written } = panels[i];
      const bars = names.map((name, at) => ({ name, share: written[at], model: model[at] }));
      const inset = tight ? 1.5 : 3;
      return moved(
        {
          marginLeft: 0,
          marginRight: 0,
          marginTop: head,
          marginBottom: 22,
          x: { type: 'band', domain: names, padding: 0, axis: null },
          y: { domain: [0, most], axis: null },
          marks: [
            Plot.text([words], {
              frameAnchor: 'top-left',
              lineAnchor: 'top',
              dy: -head,
              lineWidth: box.width / 13,
              className: 'v-label',
            }),
            Plot.text([`${percent(distance, 1)} off`], {
              frameAnchor: 'top-right',
              lineAnchor: 'top',
              className: 'v-number',
            }),
            Plot.ruleY([0], { stroke: 'var(--hair)' }),
            Plot.barY(bars, {
              x: 'name',
              y: 'share',
              fill: series(i),
              insetLeft: inset + 2,
              insetRight: inset + 2,
            }),
            Plot.barY(bars, {
              x: 'name',
              y: 'model',
              fill: 'none',
              stroke: 'var(--ink)',
              strokeWidth: 1.5,
              insetLeft: inset,
              insetRight: inset,
            }),
            Plot.text(bars, {
              x: 'name',
              text: 'name',
              frameAnchor: 'bottom',
              lineAnchor: 'top',
              dy: 6,
              className: 'v-axis',
            }),
          ],
        },
        box,
        size,
      );
    },
  );
}

export const ruleShares: ChartView = {
  name: 'rule-shares',
  reads: { probes: ['shares'], facts: ['rules', 'names'], metrics: ['distance'] },
  aspect: 0.3,
  narrowAspect: 0.95,
  plot,
  describe(run) {
    const panels = panelsOf(run);
    if (!panels.length) return 'Nothing is written yet.';
    const words = panels.map(
      ({ words, distance }) => `${words}: ${percent(distance, 1)} of the probability is moved`,
    );
    return `Shares of the characters that each rule wrote, against the model’s. ${words.join('; ')}.`;
  },
  table(run) {
    const panels = panelsOf(run);
    const model = modelOf(run);
    const drafter = drafterOf(run);
    return {
      columns: ['character', 'model p', 'module q', ...panels.map(({ words }) => words)],
      rows: listOf<string>(run, 'names').map((name, at) => [
        seen(name),
        percent(model[at], 2),
        percent(drafter[at], 2),
        ...panels.map(({ written }) => percent(written[at], 2)),
      ]),
    };
  },
};
