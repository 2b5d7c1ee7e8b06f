/** Two specialists, and all the ways to make one answer of them: station 16. */
import { plain, value } from '../../lab/format';
import { latest } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { against } from '../../views/against';
import { bars } from '../../views/bars';

const lastStep = 313;

const ways = {
  told: 'told the corpus',
  past: 'weighed by the past',
  favourite: 'larger weight alone',
  alike: 'answers averaged',
  routed: 'side by side, a router',
  averaged: 'weights averaged',
  strangers: 'strangers averaged',
  wrong: 'wrong specialist',
};

const nothing = Math.log(12);

function findings(run: RunData): Findings {
  const losses = run.probes.ways?.data;
  const line = Array.from(run.probes.line?.data ?? []);
  if (!losses || !run.step) return {};
  return {
    ...Object.fromEntries(Object.keys(ways).map((name, i) => [name, losses[i]])),
    notTold: losses[1] - losses[0],
    // How much worse the middle of the line is than the better of its ends.
    hill: line[2] - Math.min(line[0], line[4]),
    strangerHill: line[7] - Math.min(line[5], line[9]),
    trained: latest(run, 'loss'),
  };
}

const seeds = (count: number, settings: Settings) => ({ settings, seeds: count });

const two = (x: number) => x.toFixed(2);

export default {
  name: 'merge',
  experiment: 'merge',
  title(_, { past, averaged }) {
    if (past === undefined) return 'Two specialists, not yet trained';
    return `The same two networks: a loss of ${two(past)} weighed by the past, ${two(averaged)} with their weights averaged`;
  },
  caption:
    'Two layers of 24 units start alike; one reads corpus A, the other B. The bars are losses on unseen documents of both. For “side by side”, the two become the experts of one layer after 238 of the 313 steps, and a new router trains with them from then on. A third network, the stranger, reads B from another start and is averaged with A’s. Below are the networks on the straight line between two: the weights of one times 1 − t plus those of the other times t.',
  controls: {
    overlap: { default: 0 },
    forkAt: {},
    documents: { max: 5000 },
    learningRate: { min: 0.001, max: 0.03, default: 0.008 },
  },
  views: [
    {
      view: bars({
        name: 'ways',
        of: { probe: 'ways', names: Object.values(ways) },
        label: 'loss on unseen documents, nats a word',
        unsorted: true,
        say: two,
        rules: () => [{ at: nothing, words: 'knowing nothing' }],
        aspect: 0.36,
        narrowAspect: 0.95,
      }),
    },
    {
      view: against({
        name: 'between',
        reads: { probes: ['line'] },
        x: { label: 'share t of the second', ticks: [0, 0.25, 0.5, 0.75, 1] },
        y: { label: 'loss of the weights between, nats a word (log scale)', scale: 'log' },
        lines(run) {
          const all = Array.from(run.probes.line?.data ?? []);
          if (!all.length) return [];
          const at = [0, 0.25, 0.5, 0.75, 1];
          return [
            { name: 'A to B', at, values: all.slice(0, 5) },
            { name: 'A to stranger', at, values: all.slice(5, 10) },
          ];
        },
        aspect: 0.36,
      }),
      label: 'On the line between two networks',
    },
  ],
  lastStep,
  describe(run, found) {
    if (found.past === undefined) return 'Nothing trained yet.';
    const words = Object.entries(ways).map(([name, way]) => `${way} ${value(found[name])}`);
    return `At overlap ${plain(Number(run.settings.overlap))}, loss on unseen documents: ${words.join(', ')}.`;
  },
  findings,
  strip: [
    { finding: 'past', label: 'weighed by the past' },
    { finding: 'averaged', label: 'weights averaged' },
  ],
  goals: [
    {
      name: 'late',
      words:
        'With at most half of the rules in common, a loss below 1.1 with the weights averaged, and below 0.85 weighed by the past.',
      met: (run, _, { averaged, past }) =>
        run.step >= lastStep &&
        Number(run.settings.overlap) <= 0.5 &&
        averaged < 1.1 &&
        past < 0.85,
    },
  ],
  nameRun: ({ settings }) => `overlap ${plain(Number(settings.overlap))}`,
  recorded: {
    default: seeds(4, {}),
    half: seeds(4, { overlap: 0.5 }),
    one: seeds(3, { overlap: 1 }),
    late: seeds(3, { overlap: 0.5, forkAt: 150 }),
    later: seeds(3, { overlap: 0.5, forkAt: 225 }),
    'late-apart': seeds(3, { forkAt: 225 }),
    peeking: {
      settings: { overlap: 0.5 },
      seeds: 3,
      code: [
        {
          file: 'src/model/recipes/branch-train-merge.ts',
          from: 'for (let row = 1; row < n; row++) values.fill(1, row * n, row * n + row);',
          to: 'for (let row = 0; row < n; row++) values.fill(1, row * n, row * n + row + 1);',
        },
      ],
    },
  },
} satisfies LabDescription as LabDescription;
