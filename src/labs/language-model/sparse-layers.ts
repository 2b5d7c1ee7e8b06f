/** Experts in every layer, in every second, in none: does it matter where they stand? Station 10. */
import { count, value } from '../../lab/format';
import type { LabDescription, PlannedLane } from '../../lab/types';
import { dots } from '../../views/dots';
import { lossOf } from './shared/losses';
import { smallMixture } from './shared/small-mixture';

const lastStep = 120;

const stacks = [
  { name: 'none', sparse: 'none', label: 'in no layer' },
  { name: 'second', sparse: 'second', label: 'in layers 2 and 4' },
  { name: 'butFirst', sparse: 'but-first', label: 'in layers 2, 3 and 4' },
  { name: 'all', sparse: 'all', label: 'in all four' },
];

const lanes = (): PlannedLane[] =>
  stacks.map(({ name, sparse, label }) => ({ name, label, settings: { sparse } }));

export default {
  name: 'sparse-layers',
  experiment: 'decoder',
  plan: { kind: 'sweep', lanes },
  title(_run, found) {
    const done = stacks.filter(({ name }) => found[name] > 0);
    if (done.length < 2) return 'Four stacks of layers, not yet trained';
    const [first] = done.toSorted((a, b) => found[a.name] - found[b.name]);
    const best =
      first.name === 'none' ? 'The model without experts is' : `Experts ${first.label} are`;
    return `${best} best here; best and worst lie ${value(found.spread)} nats a character apart`;
  },
  caption:
    'Four decoders from one seed, each trained by itself: with experts in no layer, in every second, in all but the first, and in all. Each sparse layer has its own router and sixteen experts, of which each character gets three; each dense layer has as many units as three experts together.',
  controls: {
    experts: { min: 4, max: 32, step: 4, default: 16 },
    router: {
      only: ['sigmoid-normalised', 'softmax-top-k-renormalised'],
      default: 'sigmoid-normalised',
      change: 'restart',
    },
    learningRate: { default: 0.014 },
  },
  fixed: { ...smallMixture, sparse: 'none', balancer: 'bias', biasRate: 0.003 },
  views: [
    {
      view: dots({
        name: 'loss-by-stack',
        of: { metric: 'loss' },
        told: true,
        label: 'loss, nats per character',
        first: 'given',
      }),
    },
  ],
  lastStep,
  describe(_run, found) {
    const done = stacks.filter(({ name }) => found[name] > 0);
    if (!done.length) return 'Nothing trained yet.';
    return `${count(done.length)} of ${count(stacks.length)} models are trained. Experts ${done.map(({ name, label }) => `${label}: ${value(found[name])}`).join('; ')} nats a character.`;
  },
  findings(run) {
    const losses = Object.fromEntries(
      stacks.map(({ name }) => [name, lossOf(run, name, lastStep) || 0]),
    );
    const done = Object.values(losses).filter((loss) => loss > 0);
    return { ...losses, spread: done.length ? Math.max(...done) - Math.min(...done) : 0 };
  },
  strip: [{ finding: 'spread', label: 'from the best to the worst of the four', unit: 'nats' }],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
