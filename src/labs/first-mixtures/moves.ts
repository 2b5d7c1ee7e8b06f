/** Two experts, one case, by hand: whom does each of the three errors move? Station 04. */
import { plain, value } from '../../lab/format';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { pushes } from '../../views/pushes';
import { errorNames } from './shared/errors';
import { pushed } from './shared/pushed';

/** The expert that is nearer to the right answer; none where both are equally off. */
function nearer(run: RunData): number | undefined {
  const [a, b] = Array.from(run.probes.heights.data, Math.abs);
  return a === b ? undefined : Number(a > b);
}

/** How far an error pushes each answer, by size alone. */
function sizesOf(run: RunData, error: number): number[] {
  const experts = run.probes.heights.data.length;
  return Array.from(run.probes.pushes.data)
    .slice(error * experts, (error + 1) * experts)
    .map(Math.abs);
}

/** The push on the nearer expert over that on the other; on A over B where both are equally off. */
function ratioOf(run: RunData, error: number): number {
  const sizes = sizesOf(run, error);
  const near = nearer(run) ?? 0;
  return sizes[near] / Math.max(sizes[1 - near], 1e-9);
}

const names = ['E₁', 'E₂', 'E₃'];

function words(run: RunData, error: number): string {
  const [a, b] = sizesOf(run, error);
  const name = names[error];
  if (Math.max(a, b) < 1e-9) return `${name} pushes neither`;
  const times = Math.max(a, b) / Math.max(Math.min(a, b), 1e-9);
  if (times < 1.005) return `${name} pushes both alike`;
  const who = a > b ? 'A' : 'B';
  return times > 999
    ? `${name} pushes ${who} alone`
    : `${name} pushes ${who} ${plain(Number(times.toPrecision(2)))} times as far`;
}

/** Where the cooperative error takes the nearer expert: away from the right answer, if positive. */
function awayFrom(run: RunData): number {
  const near = nearer(run);
  if (near === undefined) return 0;
  const heights = Array.from(run.probes.heights.data);
  return Number(run.probes.pushes.data[near]) * Math.sign(heights[near]);
}

export default {
  name: 'moves',
  plan: {
    kind: 'table',
    compute(settings) {
      const heights = [Number(settings.offA), Number(settings.offB)];
      const share = Number(settings.shareA);
      const found = pushed(heights, [share, 1 - share], Number(settings.deviation));
      const row = (numbers: number[]) => ({
        shape: [numbers.length],
        data: Float32Array.from(numbers),
      });
      const rows = (all: number[][]) => ({
        shape: [all.length, all[0].length],
        data: Float32Array.from(all.flat()),
      });
      return {
        // A row an expert.
        metrics: { posterior: found.posterior.map((share) => [share]) },
        probes: {
          heights: row(heights),
          pushes: rows(found.answers),
          gatePushes: rows(found.logits),
          blend: row([found.blend]),
        },
      };
    },
  },
  title(run) {
    if (!run.steps.length) return 'Two experts and one case, not yet computed';
    const near = nearer(run);
    const who = near === undefined ? 'Both are equally off' : `${'AB'[near]} is nearer`;
    return `${who}: ${words(run, 1)}, ${words(run, 2)}`;
  },
  caption:
    'Two experts answer a case whose right answer is 0. An arrow shows where a step against the gradient moves an answer, and the number beside it is the push. The arrows of one panel share a scale. Below each panel is the push on the gate’s logits.',
  controls: {
    offA: {},
    offB: {},
    shareA: {},
    deviation: { default: 1, max: 5 },
  },
  views: [
    {
      view: pushes({
        name: 'pushes',
        errors: errorNames,
        y: { from: -4.5, to: 4.5, label: 'answer' },
      }),
    },
  ],
  lastStep: 2,
  describe(run) {
    if (!run.steps.length) return 'Nothing computed yet.';
    const all = names.map((_, error) => words(run, error)).join('; ');
    return `${all}. Together the experts answer ${value(run.probes.blend.data[0])}.`;
  },
  findings(run): Findings {
    if (!run.probes.heights) return {};
    return {
      ratio1: ratioOf(run, 0),
      ratio2: ratioOf(run, 1),
      ratio3: ratioOf(run, 2),
      away: awayFrom(run),
    };
  },
  goals: [
    {
      name: 'away',
      words: 'The cooperative error moves the better expert away from the right answer.',
      met: (_run, _answers, { away }) => away > 0,
    },
    {
      name: 'wide',
      words: 'With answers of 1 and 3 and an even gate, E₃ moves the worse expert further.',
      met: (run, _answers, { ratio3 }) =>
        [run.settings.offA, run.settings.offB].map(Number).sort().join() === '1,3' &&
        run.settings.shareA === 0.5 &&
        ratio3 < 1,
    },
  ],
  recorded: { default: {} },
} satisfies LabDescription as LabDescription;
