/** A small language model with experts that writes while it learns: pilot of station 10. */
import { count, percent, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { lossCurve } from '../../views/loss-curve';
import { linesRight, written } from '../../views/written';

interface Judged {
  mean: number;
  byKind: number[];
}

const judgedOf = (run: RunData): Judged | undefined => {
  const found = run.answers?.judged;
  return found && typeof found === 'object' && 'mean' in found
    ? (found as unknown as Judged)
    : undefined;
};

/** The busiest expert's share of a layer's assignments, over the fair one, of the layer it is largest in. */
function busiest(run: RunData): number {
  const loads = recent(run, 'load', 0.1);
  const experts = Number(run.facts?.experts ?? 0);
  if (!experts || loads.length < experts) return 1;
  return Math.max(...loads) * experts;
}

export default {
  name: 'decoder',
  experiment: 'decoder',
  title(run, { fresh }) {
    if (!run.steps.length) return 'A language model that has read nothing yet';
    const { right, all } = linesRight(run);
    const loss = Number.isFinite(fresh) ? `, ${value(fresh)} nats a character on fresh lines` : '';
    return all
      ? `After ${count(run.step)} steps ${right} of ${all} lines are right${loss}`
      : `After ${count(run.step)} steps it writes no whole line yet${loss}`;
  },
  caption:
    'A decoder of four layers reads six kinds of lines, character by character; three of its layers have eight experts each, of which two take each character, and a router of their own. Now and then it writes: under each character stands the letter of the expert that takes it first.',
  controls: {
    corpus: { only: ['yard', 'register'] },
    sparse: {},
    experts: {},
    topK: { max: 4, default: 2, change: 'restart' },
    router: {
      only: ['sigmoid-normalised', 'softmax-top-k-renormalised', 'hash'],
      default: 'sigmoid-normalised',
      change: 'restart',
    },
    learningRate: { default: 0.014 },
  },
  fixed: {
    wagons: 768,
    expertHidden: 24,
    sharedExperts: 1,
    denseHidden: 72,
    balancer: 'bias',
    balanceStrength: 0,
    biasRate: 0.003,
    rateSteps: 300,
  },
  views: [{ view: written }, { view: lossCurve, label: 'Loss', size: 'half' }],
  asks: {
    written: { act: 'write', every: 2500 },
    judged: { act: 'judge', every: 5000 },
  },
  model: 'decoder',
  lastStep: 300,
  describe(run, { fresh }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    const { right, all } = linesRight(run);
    return `${count(run.step)} steps; fresh loss ${value(fresh)} nats a character, ${right} of ${all} lines right.`;
  },
  findings(run) {
    const { right, all } = linesRight(run);
    return {
      fresh: judgedOf(run)?.mean ?? recent(run, 'loss', 0.05)[0],
      linesRight: all ? right / all : 0,
      busiest: busiest(run),
    };
  },
  strip: [{ finding: 'fresh', label: 'loss on fresh lines', unit: 'nats a character' }],
  goals: [
    {
      name: 'reads',
      words: 'A loss below 0.75 nats a character on fresh lines.',
      met: (run, _, { fresh }) => run.settings.corpus === 'yard' && run.step >= 200 && fresh < 0.75,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 3 },
  },
  nameRun: (run) =>
    run.settings.sparse === 'none'
      ? 'dense'
      : percent(Number(run.settings.topK) / Number(run.settings.experts)),
} satisfies LabDescription as LabDescription;
