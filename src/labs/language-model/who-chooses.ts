/** The same experts, chosen by somebody else: what of a chooser makes a mixture better. Station 10. */
import { count, value } from '../../lab/format';
import type { LabDescription, PlannedLane } from '../../lab/types';
import { dots } from '../../views/dots';
import { equalAtWork } from './dense-or-mixture';
import { lossOf } from './shared/losses';
import { smallMixture } from './shared/small-mixture';

const lastStep = 120;

const choosers = [
  { name: 'router', label: 'learned router' },
  { name: 'frozen', label: 'router as drawn' },
  { name: 'table', label: 'table of dice' },
  { name: 'learnedTable', chooser: 'learned-table', label: 'learned table' },
  { name: 'place', label: 'table by place (cell)' },
];

const lanes = (experts: number): PlannedLane[] => [
  {
    name: 'dense',
    label: 'dense model',
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
  frozen: 'the router as drawn',
  table: 'the table of dice',
  learnedTable: 'the learned table',
  place: 'the table by place',
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
      return `The two tables that look at the character lead: ${value(found[first])} and ${value(found[second])} nats, dense ${value(found.dense)}`;
    return `Of ${done.length} models, ${said[first]} leads, with ${value(found[first])} nats a character`;
  },
  caption:
    'Six decoders from one seed, each trained by itself. Five have the same experts and differ in who chooses three of them for a character, what that choice looks at, and how the answers are weighed. The dense model has as many numbers at work as the mixture with the learned router. The loss is that of the training batches, averaged over the last twentieth of the run.',
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
    { finding: 'table', label: 'table of dice', unit: 'nats' },
    { finding: 'router', label: 'learned router', unit: 'nats' },
  ],
  goals: [
    {
      name: 'before',
      words:
        'The table by place, changed to look at something else, puts its mixture 0.05 nats ahead of all others.',
      met: (_run, _, found) =>
        Object.keys(said).every((name) => found[name] > 0) &&
        Object.keys(said).every((name) => name === 'place' || found.place <= found[name] - 0.05),
    },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
