/**
 * Who is moved, and how far: what experts answer to one case, and for each of several errors an
 * arrow on each of them, along which its answer moves. Probes: `heights` [experts], `pushes`
 * [errors, experts] for the answers and `gatePushes` [errors, experts] for the gate's logits, all
 * per step of size 1, and `blend` [1], the answer together. Arrows of a panel share one scale.
 */
import * as Plot from '@observablehq/plot';
import { value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { yAxis } from './axes';
import { color, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { boxes, moved } from './panels';
import { rowsOf } from './probes';

interface Options {
  name: string;
  /** Names of the errors, in the order of the probes. */
  errors: readonly string[];
  /** Range of the answers; the right one is 0. */
  y: { from: number; to: number; label: string };
  aspect?: number;
  narrowAspect?: number;
}

interface Push {
  expert: number;
  height: number;
  push: number;
  gate: number;
}

interface Panel {
  name: string;
  experts: Push[];
}

/** Of the longest arrow of a panel, in units of the answer. */
const longest = 2.2;
/** Shorter ones are no arrows any more. */
const shortest = 0.02;

export function pushes({ name, errors, y, aspect = 0.42, narrowAspect = 2.4 }: Options): ChartView {
  const panelsOf = (run: RunData): Panel[] => {
    const [heights = []] = rowsOf(run, 'heights');
    const [answers, gates] = [rowsOf(run, 'pushes'), rowsOf(run, 'gatePushes')];
    return errors.flatMap((words, i) =>
      answers[i]
        ? [
            {
              name: words,
              experts: heights.map((height, expert) => ({
                expert,
                height,
                push: answers[i][expert],
                gate: gates[i]?.[expert] ?? Number.NaN,
              })),
            },
          ]
        : [],
    );
  };

  function plot({ run, width, height }: ViewProps): Plot.PlotOptions[] {
    const size = { width, height };
    const panels = panelsOf(run);
    const together = run.probes.blend?.data[0] ?? Number.NaN;
    return boxes(panels.length, size, { least: 250 }).map((box, i) => {
      const { name: words, experts } = panels[i];
      const most = Math.max(1e-12, ...experts.map(({ push }) => Math.abs(push)));
      const arrows = experts
        .map((each) => ({
          ...each,
          x: (each.expert + 1) / (experts.length + 1),
          to: each.height + (longest * each.push) / most,
        }))
        .map((each) => ({ ...each, to: Math.max(y.from, Math.min(y.to, each.to)) }));
      // Two names at nearly one height stand above and below it.
      const near = Math.abs(together) < (y.to - y.from) / 12;
      const frame = { marginLeft: 40, marginRight: 64, marginTop: 52, marginBottom: 40 };
      const beside = (at: (each: (typeof arrows)[number]) => number) => ({
        x: 'x',
        y: at,
        dx: 16,
        textAnchor: 'start' as const,
      });
      const chart: Plot.PlotOptions = {
        ...frame,
        x: { domain: [0, 1], axis: null },
        y: { domain: [y.from, y.to] },
        marks: [
          yAxis({ label: y.label, spacing: 44 }, frame),
          Plot.ruleY([0], { className: 'v-fair' }),
          Plot.ruleY([together].filter(Number.isFinite), { className: 'v-line v-thin' }),
          beyond('together', together, near ? (together < 0 ? 'top' : 'bottom') : 'middle'),
          beyond('right', 0, near ? (together < 0 ? 'bottom' : 'top') : 'middle'),
          Plot.arrow(
            arrows.filter(({ height: at, to }) => Math.abs(to - at) > shortest),
            {
              x1: 'x',
              x2: 'x',
              y1: 'height',
              y2: 'to',
              stroke: literal(({ expert }: Push) => color(expert)),
              strokeWidth: 3,
              headLength: 9,
              headAngle: 50,
              dx: -21,
              className: 'v-push',
            },
          ),
          bullets(arrows, { x: 'x', y: 'height', expert: ({ expert }) => expert }),
          Plot.text(arrows, {
            ...beside(({ height: at }) => at),
            text: ({ push }: Push) => value(push),
            className: 'v-label v-on-paper',
          }),
          Plot.text([words], {
            frameAnchor: 'top-left',
            lineAnchor: 'bottom',
            dx: -frame.marginLeft,
            dy: -34,
            className: 'v-label',
          }),
          Plot.text([gateWords(experts)], {
            frameAnchor: 'bottom-left',
            lineAnchor: 'top',
            dy: 16,
            className: 'v-axis',
          }),
        ],
      };
      return moved(chart, box, size);
    });
  }

  return {
    name,
    reads: { probes: ['heights', 'pushes', 'gatePushes', 'blend'] },
    aspect,
    narrowAspect,
    plot,
    describe: (run) =>
      panelsOf(run)
        .map(({ name: words, experts }) => {
          const each = experts.map(
            ({ expert, height, push }) =>
              `${letter(expert)} at ${value(height)} is moved by ${value(push)}`,
          );
          return `${words}: ${each.join(', ')}; ${gateWords(experts)}.`;
        })
        .join(' ') || 'Nothing is moved yet.',
    table: (run) => ({
      columns: ['error, expert', 'answer', 'push on the answer', 'push on the logit'],
      rows: panelsOf(run).flatMap(({ name: words, experts }) =>
        experts.map(({ expert, height, push, gate }) => [
          `${words}, ${letter(expert)}`,
          value(height),
          value(push),
          value(gate),
        ]),
      ),
    }),
  };
}

/** A name beside the frame, at a height. */
const beyond = (words: string, at: number, lineAnchor: 'top' | 'middle' | 'bottom') =>
  Plot.text([at].filter(Number.isFinite), {
    y: (height: number) => height,
    frameAnchor: 'right',
    textAnchor: 'start',
    lineAnchor,
    dx: 6,
    text: () => words,
    className: 'v-axis',
  });

const gateWords = (experts: Push[]) =>
  `logits: ${experts.map(({ expert, gate }) => `${letter(expert)} ${gate > 0 ? '+' : ''}${value(gate)}`).join(', ')}`;
