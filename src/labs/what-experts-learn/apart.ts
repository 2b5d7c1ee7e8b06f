/** A network of fifteen numbers taken apart by its gradients, beside a mixture: station 11. */
import { count, value } from '../../lab/format';
import { listOf, recent } from '../../lab/run';
import type { LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { partsOf, spokes } from '../../views/spokes';

const lastStep = 1500;

const chance = (run: RunData) => run.probes.chance?.data[0] ?? 0;

const howMany = (n: number) => ['none', 'one', 'two', 'three', 'four', 'all'][n] ?? count(n);

/** A feature whose closest part is at least this near counts as found. */
const near = 0.95;

/** Features that some part is near to. */
function found(run: RunData): number {
  const features = listOf<string>(run, 'features').length;
  const close = partsOf(run).filter(({ cosine }) => cosine >= near);
  return Math.min(features, new Set(close.map(({ feature }) => feature)).size);
}

const threeLosses = curves({
  name: 'three-losses',
  of: [
    { metric: 'faithfulness', name: 'faithful' },
    { metric: 'minimality', name: 'minimal' },
    { metric: 'simplicity', name: 'simple' },
  ],
  label: 'three losses, each as it is (log scale)',
  rules: (run) => [
    {
      at: Number(run.facts?.trueSimplicity ?? 0.3),
      words: 'simplicity of the true parts',
      side: 'left',
    },
  ],
  aspect: 0.5,
});

const nearness = curves({
  name: 'closest',
  of: 'closest',
  label: 'closest cosine',
  scale: 'linear',
  rules: (run) => [{ at: chance(run), words: 'by chance', side: 'left' }],
  aspect: 0.5,
});

export default {
  name: 'apart',
  experiment: 'apart',
  title(run, { closest, features, faithfulness }) {
    if (!run.steps.length) return 'A network of fifteen numbers, not yet taken apart';
    return `The parts sum to the network (error ${value(faithfulness)}); ${howMany(features)} of five features ${features === 1 ? 'is' : 'are'} found: closest cosine ${value(closest)}, chance ${value(chance(run))}`;
  },
  caption:
    'The network squeezes five features into two numbers and reads them back; each feature is a spoke. Its five true parts are known, one for each spoke. Components, eight until you change it, are trained to sum to the network (faithful), to answer each case with the few that its gradients point out (minimal), and to be small (simple). Nobody tells them the true parts. A feature counts as found if a component has a cosine of 0.95 or more with it.',
  controls: {
    components: {},
    minimality: {},
    simplicity: {},
    learningRate: { default: 0.03, min: 0.003, max: 0.1 },
  },
  fixed: { rateSteps: lastStep },
  views: [
    { view: spokes, label: 'The network, and its parts' },
    {
      view: { ...threeLosses, reads: { ...threeLosses.reads, facts: ['trueSimplicity'] } },
      size: 'half',
      label: 'Faithful, minimal, simple',
    },
    {
      view: { ...nearness, reads: { ...nearness.reads, probes: ['chance'] } },
      size: 'half',
      label: 'How near the parts come to the five features',
    },
  ],
  lastStep,
  describe(run, { faithfulness, minimality, simplicity, closest, lengths, features }) {
    if (!run.steps.length) return 'Nothing has been taken apart yet.';
    return `Step ${count(run.step)}: faithfulness ${value(faithfulness)}, minimality ${value(minimality)}, simplicity ${value(simplicity)}. ${count(features)} of five features found; closest cosine ${value(closest)}, length ratio ${value(lengths)}.`;
  },
  findings(run) {
    const last = (metric: string) => recent(run, metric, 0.05)[0] ?? 0;
    const [minimality, simplicity] = [last('minimality'), last('simplicity')];
    return {
      faithfulness: last('faithfulness'),
      minimality,
      simplicity,
      overTruth: simplicity / Number(run.facts?.trueSimplicity ?? 1),
      total: last('loss'),
      totalOfTruth: Number(run.facts?.trueSimplicity ?? 0) * Number(run.settings.simplicity ?? 0),
      closest: last('closest'),
      lengths: last('lengths'),
      features: found(run),
      chance: chance(run),
    };
  },
  strip: [
    { finding: 'closest', label: 'closest cosine' },
    { finding: 'features', label: 'features found' },
  ],
  goals: [
    {
      name: 'found',
      words: 'At least four of the five features found, with an error of the sum below 0.0001.',
      met: (run, _answers, { features, faithfulness }) =>
        run.step >= lastStep && features >= 4 && faithfulness < 1e-4,
    },
  ],
  nameRun: (run) => `${run.settings.components} components`,
  recorded: {
    default: { settings: {} },
    many: { settings: { components: 20, minimality: 1, simplicity: 0.03 }, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
