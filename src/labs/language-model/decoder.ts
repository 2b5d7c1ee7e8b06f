/** A small language model with experts that writes while it learns: station 10. */
import { count, percent, some, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { alphabet, charactersOf } from '../../views/alphabet';
import { curves } from '../../views/curves';
import { linesRight, written } from '../../views/written';
import { texts } from './shared/texts';

const answer = (run: RunData, name: string): Record<string, number> => {
  const found = run.answers?.[name];
  return found && typeof found === 'object' ? (found as unknown as Record<string, number>) : {};
};

export default {
  name: 'decoder',
  experiment: 'decoder',
  title(run, { foretoldFirst, foretoldLast }) {
    if (!run.steps.length) return 'A language model that has read nothing yet';
    const { right, all } = linesRight(run);
    const lines = all
      ? `${right} of ${all} lines ${right === 1 ? 'is' : 'are'} right`
      : 'it writes no whole line yet';
    const layers = charactersOf(run)?.layers ?? [];
    if (!layers.length) return `After ${some(run.step, 'step')}, ${lines}`;
    return `After ${some(run.step, 'step')}, ${lines}; the character alone determines ${percent(foretoldFirst)} of the choices in layer ${layers[0] + 1}, ${percent(foretoldLast)} in layer ${layers.at(-1)! + 1}`;
  },
  caption:
    'A decoder of four layers reads a text in rows of 64 characters. Each sparse layer has its own router and experts; until you change it, three layers have eight experts each, and each character gets two of them. Above is what the model writes now and then; below, the expert that takes each character most often, in colour if it does so at two places of three or more.',
  controls: {
    router: {
      only: ['sigmoid-normalised', 'softmax-top-k-renormalised', 'hash'],
      default: 'sigmoid-normalised',
      change: 'restart',
    },
    sparse: {},
    experts: { min: 2, max: 64, step: 1, default: 8 },
    topK: { max: 4, default: 2, change: 'restart' },
    expertHidden: { default: 24 },
    sharedExperts: { default: 1 },
    denseHidden: { default: 72, min: 8, max: 160, step: 8 },
    rateSteps: { default: 400, min: 0, max: 1000, step: 100 },
    biasRate: { default: 0.003 },
    learningRate: { default: 0.014 },
  },
  fixed: {
    corpus: 'yard',
    wagons: 768,
    balancer: 'bias',
    balanceStrength: 0,
  },
  views: [
    { view: written },
    { view: alphabet, label: 'Who takes which character, layer by layer' },
    {
      view: curves({
        name: 'loss',
        of: 'loss',
        label: 'cross-entropy, nats per character (log scale)',
      }),
      size: 'half',
    },
  ],
  presets: texts,
  asks: {
    written: { act: 'write', every: 2500, with: () => ({ texts: 4, temperature: 0.5 }) },
    characters: { act: 'characters', every: 5000 },
    judged: { act: 'judge', every: 5000 },
    routes: { act: 'routes', every: 20_000 },
  },
  model: 'decoder',
  lastStep: 400,
  describe(run, { fresh, routesSeen, routesPossible }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    const { right, all } = linesRight(run);
    const routes =
      routesPossible > 1
        ? ` The fresh rows took ${count(routesSeen)} of ${count(routesPossible)} routes.`
        : '';
    return `${some(run.step, 'step')}; ${value(fresh)} nats a character on ${answer(run, 'judged').mean === undefined ? 'the latest batches' : 'fresh rows'}, ${right} of ${all} lines right.${routes}`;
  },
  findings(run) {
    const { right, all } = linesRight(run);
    const foretold = charactersOf(run)?.foretold ?? [];
    const routes = answer(run, 'routes');
    return {
      fresh: answer(run, 'judged').mean ?? recent(run, 'loss', 0.05)[0],
      linesRight: all ? right / all : 0,
      foretoldFirst: foretold[0] ?? 0,
      foretoldLast: foretold.at(-1) ?? 0,
      routesSeen: routes.seen ?? 0,
      routesByDice: routes.byDice ?? 0,
      routesPossible: routes.possible ?? 0,
      tenCommonest: routes.tenCommonest ?? 0,
    };
  },
  strip: [{ finding: 'fresh', label: 'loss on fresh rows', unit: 'nats a character' }],
  goals: [
    {
      name: 'frugal',
      words:
        'Below 0.62 nats a character on fresh rows within 400 steps, with at most 34,000 numbers at work.',
      met: (run, _, { fresh }) =>
        run.step <= 400 &&
        Number(run.facts?.active) <= 34_000 &&
        (run.facts?.groups as string[] | undefined)?.length === 6 &&
        fresh < 0.62,
    },
  ],
  nameRun: (run) =>
    run.settings.sparse === 'none' ? 'dense' : `${run.settings.topK} of ${run.settings.experts}`,
  recorded: {
    default: { settings: {}, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
