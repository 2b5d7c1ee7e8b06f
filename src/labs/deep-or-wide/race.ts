/** Deep against wide at one size, on a tent that is folded again and again: station 02. */
import { count, plain, value } from '../../lab/format';
import { latestRow, listOf, recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { answers } from '../../views/answers';
import { curves } from '../../views/curves';
import { pieces } from '../../views/pieces';

/** Errors of the deep and of the wide network on places between those they learned from. */
const errorsOf = (run: RunData): number[] => Array.from(run.probes.unseen?.data ?? []);

/** Parameters of the deep and of the wide network. */
const sizesOf = (run: RunData): number[] => listOf<number>(run, 'sizes');

const piecesOf = (run: RunData): number[] => {
  const found = run.answers?.pieces;
  return Array.isArray(found) ? found.map((kinks) => (kinks as number[]).length + 1) : [];
};

/** First recorded step at which a network's error was below a bound; the last if it never was. */
function reached(run: RunData, network: number, bound = 0.001): number {
  const row = (run.metrics.losses ?? []).findIndex((losses) => losses[network] < bound);
  return row < 0 ? run.step : run.steps[row];
}

export default {
  name: 'race',
  experiment: 'depth-race',
  title(run, { deepError, wideError, deepPieces, widePieces }) {
    if (!run.steps.length) return 'A deep and a wide network, not yet trained';
    if (!(deepPieces > 0))
      return `The deep network’s error is ${value(deepError)}, the wide one’s ${value(wideError)}`;
    const [few, many] = deepError < wideError ? ['deep', 'wide'] : ['wide', 'deep'];
    const [won, lost] = few === 'deep' ? [deepPieces, widePieces] : [widePieces, deepPieces];
    return `${count(won)} pieces beat ${count(lost)}: the ${few} network’s error is ${value(Math.min(deepError, wideError))}, the ${many} one’s ${value(Math.max(deepError, wideError))}`;
  },
  caption:
    'A deep and a wide network learn the folded tent from the same 256 points. Above are their answers over the target, below are their errors and the places where each of them bends. The third row is the network whose weights are written down: it has two units in each layer, and no error.',
  controls: {
    folds: {},
    equal: {},
    layers: {},
    budget: {},
    learningRate: { default: 0.003 },
  },
  views: [
    { view: answers({ name: 'answers', probe: 'fits', names: 'contestants' }) },
    {
      view: curves({
        name: 'errors',
        of: { metric: 'losses', names: { fact: 'contestants' } },
        label: 'mean squared error (log scale)',
      }),
      label: 'Error',
    },
    { view: pieces, label: 'Where they bend' },
  ],
  asks: { pieces: { act: 'pieces', every: 1500 } },
  lastStep: 3000,
  describe(run, { deepError, wideError }) {
    if (!run.steps.length) return 'Nothing trained yet.';
    return `After ${count(run.step)} steps the deep network’s error is ${value(deepError)}, the wide one’s ${value(wideError)}.`;
  },
  findings(run) {
    const [deepError, wideError] = errorsOf(run);
    const [deepPieces = 0, widePieces = 0] = piecesOf(run);
    return {
      deepError,
      wideError,
      ratio: wideError / deepError,
      deepPieces,
      widePieces,
      deepReached: reached(run, 0),
      wideReached: reached(run, 1),
      deepLoss: recent(run, 'losses', 0.02)[0] ?? latestRow(run, 'losses')[0],
    };
  },
  strip: [{ finding: 'ratio', label: 'wide network’s error over the deep one’s', unit: 'times' }],
  goals: [
    {
      name: 'four',
      words: 'With four folds, the deep network’s error is below 0.001.',
      met: (run, _, { deepError }) =>
        run.settings.folds === 4 && run.step >= 500 && deepError < 0.001,
    },
    {
      name: 'small',
      words:
        'With four folds and at most 1,200 parameters, the deep network’s error is below 0.001.',
      met: (run, _, { deepError }) =>
        run.settings.folds === 4 && sizesOf(run)[0] <= 1200 && deepError < 0.001,
    },
  ],
  recorded: {
    default: { settings: {}, seeds: 8 },
    three: { settings: { folds: 3 }, seeds: 5 },
    five: { settings: { folds: 5 }, seeds: 5 },
    multiplications: { settings: { equal: 'multiplications', budget: 1776 }, seeds: 5 },
  },
  nameRun: (run) => `${plain(Number(run.settings.folds))} folds`,
} satisfies LabDescription as LabDescription;
