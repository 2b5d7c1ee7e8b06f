/** The same experts, chosen by somebody else: what of a chooser makes a mixture better. Station 10. */
import { count, value } from '../../lab/format';
import type { LabDescription, PlannedLane } from '../../lab/types';
import { dots } from '../../views/dots';
import { equalAtWork } from './dense-or-mixture';
import { lossOf } from './shared/losses';
import { smallMixture } from './shared/small-mixture';

const lastStep = 120;

const choosers = [
  { name: 'router', label: 'learned, by the layer’s input' },
  { name: 'frozen', label: 'as drawn, by the layer’s input' },
  { name: 'table', label: 'dice once, by the character' },
  { name: 'learnedTable', chooser: 'learned-table', label: 'learned, by the character' },
  { name: 'place', label: 'dice once, by the place (cell)' },
];

const lanes = (experts: number): PlannedLane[] => [
  {
    name: 'dense',
    label: 'nobody: a dense model',
    settings: { sparse: 'none', denseHidden: equalAtWork(experts) },
  },
  ...choosers.map(({ name, chooser = name, label }) => ({
    name,
    label,
    settings: { choiceBy: chooser },
  })),
];

const said: Record<string, string> = {
  dense: 'the dense model',
  router: 'the learned router',
  frozen: 'the router that stays as drawn',
  table: 'the table of dice',
  learnedTable: 'the learned table',
  place: 'the table of the cell',
};

export default {
  name: 'who-chooses',
  experiment: 'who-chooses',
  plan: { kind: 'sweep', lanes: ({ experts }) => lanes(Number(experts)) },
  title(_run, found) {
    const done = Object.keys(said).filter((name) => found[name] > 0);
    if (done.length < 2) return 'Six language models that differ in who chooses';
    const [first, second] = done.sort((a, b) => found[a] - found[b]);
    const byCharacter = ['table', 'learnedTable'];
    if (done.length === 6 && byCharacter.includes(first) && byCharacter.includes(second))
      return `Whoever chooses by the character leads: ${value(found[first])} and ${value(found[second])} nats, dense ${value(found.dense)}`;
    return `Of ${done.length} models ${said[first]} leads, with ${value(found[first])} nats a character`;
  },
  caption:
    'Six decoders from one seed, each trained by itself; five have the same experts and differ in who chooses three of them for a character, by what, and how their answers are weighed. The dense model has as many numbers at work as the mixture with the learned router. The loss is that of the training batches, mean over the last twentieth of the run.',
  controls: {
    experts: { min: 4, max: 32, step: 4, default: 16 },
    biasRate: { default: 0.003 },
    learningRate: { default: 0.014 },
  },
  fixed: { ...smallMixture, sparse: 'but-first', choiceBy: 'router' },
  views: [
    {
      view: dots({
        name: 'loss-by-chooser',
        of: { metric: 'loss' },
        told: true,
        label: 'loss, nats per character',
      }),
    },
  ],
  lastStep,
  describe(run, found) {
    const done = (run.lanes ?? []).filter(({ name }) => found[name] > 0);
    if (!done.length) return 'Nothing trained yet.';
    return `${count(done.length)} of ${count(run.lanes!.length)} models are trained: ${done.map(({ name, label }) => `${label} ${value(found[name])}`).join(', ')}.`;
  },
  findings(run) {
    const losses = Object.fromEntries(
      Object.keys(said).map((name) => [name, lossOf(run, name, lastStep) || 0]),
    );
    return { ...losses, tableLead: losses.dense - losses.table };
  },
  strip: [
    { finding: 'table', label: 'dice once, by the character', unit: 'nats' },
    { finding: 'router', label: 'learned, by the layer’s input', unit: 'nats' },
  ],
  goals: [
    {
      name: 'before',
      words:
        'A mixture whose table looks at something else than the character ahead of all others by 0.05 nats.',
      met: (_run, _, found) =>
        Object.keys(said).every((name) => found[name] > 0) &&
        Object.keys(said).every((name) => name === 'place' || found.place <= found[name] - 0.05),
    },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
