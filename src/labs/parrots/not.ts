/** A rumour put to the test: do mixtures stumble over "A and not B"? Station 12. */
import { count, percent, sentence } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { curves } from '../../views/curves';
import { dots } from '../../views/dots';

const lastStep = 800;

const lanes = ({ expertHidden, topK, experts }: Settings): PlannedLane[] => {
  const units = Number(expertHidden);
  return [
    {
      name: 'mixture',
      label: 'mixture',
      settings: { sparse: 'all', denseHidden: 32 },
    },
    {
      name: 'small',
      label: 'dense, small',
      settings: { sparse: 'none', denseHidden: units * Number(topK) },
    },
    {
      name: 'large',
      label: 'dense, large',
      settings: { sparse: 'none', denseHidden: units * Number(experts) },
    },
  ];
};

/** Share right of the 50 batches before the step, of each form; none before there are as many. */
function learnedAt({ steps, metrics }: RunData, form: number, enough: number): number {
  const rows = metrics.right ?? [];
  for (let end = 0; end < rows.length; end++) {
    if (steps[end] < 50) continue;
    const window = rows.filter(
      (_, row) => steps[row] > steps[end] - 50 && steps[row] <= steps[end],
    );
    if (window.reduce((sum, row) => sum + row[form], 0) / window.length >= enough)
      return steps[end];
  }
  return lastStep;
}

const forms = ['A and B', 'A and not B', 'not A and B', 'not A and not B'];

const deaf = { at: 1 / 3, words: 'deaf to “not”' };

/** The share right of one form of question, a curve for each model. */
const ofForm = (form: number, name: string) =>
  curves({
    name,
    of: [{ metric: 'right', column: form }],
    label: 'share right',
    scale: 'linear',
    share: 0.06,
    say: (x) => percent(x),
    rules: () => (form ? [deaf] : []),
    aspect: 0.62,
    narrowAspect: 0.8,
  });

export default {
  name: 'not',
  experiment: 'negation',
  plan: { kind: 'race', lanes, axes: ['steps'] },
  title(run, found) {
    if (!(run.lanes ?? []).some((lane) => lane.probes.known))
      return 'A mixture and two dense models learn “not”';
    const [mixture, small, large] = ['mixture', 'small', 'large'].map((name) =>
      percent(found[`${name}.aNotB`]),
    );
    return `The mixture gets ${mixture} of “A and not B” right, the small dense model ${small}, the large one ${large}`;
  },
  caption:
    'Three transformers of two layers, from one seed, read which three of six things are present and answer a question about two of them. The small dense model has as many numbers at work as the mixture, the large one as many in all (routers aside). A curve shows the share of right answers to one form of question, over a few batches. The dots show “A and not B” for pairs of things that never came with a “not” in training. A model that does not hear the “not” would get a third right.',
  controls: {
    learningRate: { default: 0.003 },
    experts: { min: 4, max: 16, step: 4, default: 8 },
    topK: { max: 4, change: 'restart' },
    expertHidden: { min: 8, max: 32, step: 8, default: 16 },
  },
  fixed: { sparse: 'all', denseHidden: 32 },
  views: [
    { view: ofForm(0, 'plain'), label: '“A and B”', size: 'half' },
    { view: ofForm(1, 'negated'), label: '“A and not B”', size: 'half' },
    {
      view: dots({
        name: 'held-back',
        of: { probe: 'held', at: 1 },
        label: 'share right of “A and not B”, pairs held back',
        first: 'given',
        say: (x) => percent(x),
        rules: () => [deaf],
        aspect: 0.2,
        narrowAspect: 0.5,
      }),
    },
  ],
  lastStep,
  describe(run, found) {
    const trained = (run.lanes ?? []).filter((lane) => lane.probes.known);
    if (!trained.length) return 'Nothing trained yet.';
    const words = trained.map(({ name, label, step }) => {
      const shares = forms.map((form, i) => `${form} ${percent(found[`${name}.form${i}`])}`);
      return `${sentence(label)}, after ${count(step)} steps: ${shares.join(', ')}; of pairs held back, A and not B ${percent(found[`${name}.held`])}`;
    });
    return `${words.join('. ')}.`;
  },
  findings: (run): Findings =>
    laneFindings(run, (lane) => {
      const known = lane.probes.known?.data ?? [0, 0, 0, 0];
      const held = lane.probes.held?.data ?? [0, 0, 0, 0];
      return {
        ...Object.fromEntries(forms.map((_, i) => [`form${i}`, known[i]])),
        aNotB: known[1],
        worst: Math.min(...Array.from(known)),
        held: held[1],
        plainAt: learnedAt(lane, 0, 0.95),
        aNotBAt: learnedAt(lane, 1, 0.95),
      };
    }),
  strip: [
    { finding: 'mixture.worst', label: 'mixture, its worst form', format: 'percent' },
    { finding: 'small.worst', label: 'dense, as many at work, its worst form', format: 'percent' },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
