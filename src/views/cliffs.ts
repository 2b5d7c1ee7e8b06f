/**
 * The loss as a function of one expert's logit, the others where they are: smooth stretches, a jump
 * where another expert comes in, and at the present place the tangent, which is all that a gradient
 * knows. Reads the probes `cliffs` and `choices` [experts, places], `table` (row 0 logits, row 5
 * slopes), the facts `loss` and `places`.
 */
import * as Plot from '@observablehq/plot';
import { plain, value } from '../lab/format';
import type { ChartView, RunData, ViewProps } from '../lab/types';
import { narrow, xAxis, yAxis } from './axes';
import { color, letter } from './marks/bullet';
import { bullets, literal } from './marks/bullets';
import { boxes, moved } from './panels';
import { rowsOf } from './probes';

interface Point {
  at: number;
  loss: number;
  /** Stretches between two jumps, counted. */
  stretch: number;
}

interface Jump {
  at: number;
  from: number;
  to: number;
}

interface Panel {
  expert: number;
  points: Point[];
  jumps: Jump[];
  now: { at: number; loss: number; slope: number };
}

/** Below this the loss goes on where the choice changes. */
const leastJump = 0.02;

/** Whether the step to place i is longer than those beside it: ReLU lets experts in without a jump. */
function leaps(losses: number[], i: number): boolean {
  const step = (to: number) =>
    Math.abs((losses[to] ?? Number.NaN) - (losses[to - 1] ?? Number.NaN));
  const beside = Math.max(...[step(i - 1), step(i + 1)].filter(Number.isFinite), 0);
  return step(i) > leastJump + 2 * beside;
}

function panelsOf(run: RunData): Panel[] {
  const [logits, , , , , slopes] = rowsOf(run, 'table');
  const places = run.facts?.places;
  if (!logits || !Array.isArray(places)) return [];
  const choices = rowsOf(run, 'choices');
  return rowsOf(run, 'cliffs').map((losses, expert) => {
    const points: Point[] = [];
    const jumps: Jump[] = [];
    let stretch = 0;
    losses.forEach((loss, i) => {
      const at = Number(places[i]);
      const before = points.at(-1);
      if (before && choices[expert][i] !== choices[expert][i - 1] && leaps(losses, i)) {
        stretch++;
        jumps.push({ at: (before.at + at) / 2, from: before.loss, to: loss });
      }
      points.push({ at, loss, stretch });
    });
    const now = { at: logits[expert], loss: Number(run.facts?.loss), slope: slopes[expert] };
    return { expert, points, jumps, now };
  });
}

/** Half the length of a tangent along the axis of logits. */
const half = 0.8;

function plot({ run, width, height }: ViewProps): Plot.PlotOptions[] {
  const size = { width, height };
  const panels = panelsOf(run);
  const all = panels.flatMap(({ points }) => points.map(({ loss }) => loss));
  const most = Math.max(0.1, ...all) * 1.06;
  return boxes(panels.length, size, { least: 150, gap: width < narrow ? 14 : 24 }).map((box, i) => {
    const { expert, points, jumps, now } = panels[i];
    const low = Math.min(points[0].at, now.at);
    const high = Math.max(points.at(-1)!.at, now.at);
    const tangent = [now.at - half, now.at + half]
      .map((at) => Math.max(low, Math.min(high, at)))
      .map((at) => ({ at, loss: now.loss + (at - now.at) * now.slope }));
    const frame = { marginLeft: 34, marginRight: 4, marginTop: 44, marginBottom: 44 };
    return moved(
      {
        ...frame,
        x: { domain: [low, high] },
        y: { domain: [0, most], clamp: true },
        marks: [
          bullets([expert], {
            frameAnchor: 'top-left',
            dx: -frame.marginLeft + 11,
            dy: -32,
            expert: (each) => each,
          }),
          yAxis({ label: '', spacing: 46 }, frame),
          xAxis({ label: `logit of ${letter(expert)}`, spacing: 44 }),
          Plot.line(points, {
            x: 'at',
            y: 'loss',
            z: 'stretch',
            stroke: literal(() => color(expert)),
            className: 'v-line',
          }),
          Plot.link(jumps, { x: 'at', y1: 'from', y2: 'to', className: 'v-jump' }),
          Plot.line(tangent, { x: 'at', y: 'loss', className: 'v-tangent' }),
          Plot.dot([now], { x: 'at', y: 'loss', r: 4.5, className: 'v-dot' }),
        ],
      },
      box,
      size,
    );
  });
}

const jumped = ({ at, from, to }: Jump) =>
  `${to < from ? 'falls' : 'rises'} from ${value(from)} to ${value(to)} near ${plain(Number(at.toFixed(2)))}`;

export const cliffs: ChartView = {
  name: 'cliffs',
  reads: { probes: ['cliffs', 'choices', 'table'], facts: ['places', 'loss'] },
  aspect: 0.28,
  narrowAspect: 1.1,
  plot,
  describe(run) {
    const panels = panelsOf(run);
    if (!panels.length) return 'The loss has not been computed yet.';
    const words = panels.map(({ expert, jumps, now }) => {
      const falls = jumps.length ? `it ${jumps.map(jumped).join(' and ')}` : 'it does not jump';
      return `${letter(expert)}: slope ${value(now.slope)} at ${plain(now.at)}, ${falls}`;
    });
    return `The loss as a function of each logit. ${words.join('; ')}.`;
  },
  table(run) {
    return {
      columns: ['logit of', 'now', 'slope', 'jumps'],
      rows: panelsOf(run).map(({ expert, jumps, now }) => [
        letter(expert),
        plain(now.at),
        value(now.slope),
        jumps.map(jumped).join('; ') || 'none',
      ]),
    };
  },
};
