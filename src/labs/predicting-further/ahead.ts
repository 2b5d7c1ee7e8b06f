/** Who predicts better, modules in a chain or heads side by side, and what it does to the model: station 14. */
import { count, percent, value } from '../../lab/format';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import { against } from '../../views/against';
import { race } from '../../views/race';
import { runsOf } from '../../views/series';
import { texts } from '../language-model/shared/texts';
import { asUsual, judgedOf } from './shared/answers';

const lanes = (): PlannedLane[] => [
  { name: 'chain', label: 'chain', settings: { foretells: 'sequential' } },
  { name: 'side', label: 'side by side', settings: { foretells: 'parallel' } },
  { name: 'alone', label: 'model alone', settings: { foretells: 'sequential', shaped: false } },
];

const laneOf = (run: RunData, name: string) => run.lanes?.find((lane) => lane.name === name);

const stepOf = (run: RunData) => Math.max(0, ...(run.lanes ?? []).map(({ step }) => step));

export default {
  name: 'ahead',
  experiment: 'foreteller',
  plan: { kind: 'race', lanes, axes: ['steps', 'seconds'] },
  title(run, { chainLast, sideLast, depth }) {
    if (!stepOf(run)) return 'Three models that have read nothing yet';
    const [more, less] =
      chainLast > sideLast ? ['a chain', 'heads side by side'] : ['heads side by side', 'a chain'];
    const [high, low] = [Math.max(chainLast, sideLast), Math.min(chainLast, sideLast)];
    return `Draft ${depth} would be accepted ${percent(high)} of the time from ${more}, ${percent(low)} from ${less}`;
  },
  caption:
    'Three models of two layers read the same lines from one seed. The first has a chain of modules behind it, each of which reads the character before the one that it predicts; the second has heads side by side, which do not. The third has a chain, too, but its further losses do not reach the model, which is trained on the next character alone. Above is how likely each draft would be accepted on fresh lines if those before it were right; below, the loss of the next character.',
  controls: {
    further: { default: 3 },
    furtherWeight: {},
    modelLayers: { max: 4 },
    learningRate: { default: 0.02 },
  },
  fixed: {
    ...asUsual,
    foretells: 'sequential',
    shaped: true,
    drafts: 0,
    writingTemperature: 1,
    rateSteps: 300,
  },
  views: [
    {
      view: against({
        name: 'acceptance-by-draft',
        reads: { answers: ['judged'] },
        x: { label: 'draft', ticks: [1, 2, 3] },
        y: { label: 'share that would be accepted', say: percent },
        lines: (run) =>
          runsOf(run).map((lane) => {
            const values = judgedOf(lane)?.acceptance ?? [];
            return { name: lane.label ?? '', at: values.map((_, i) => i + 1), values };
          }),
      }),
      label: 'Drafts on fresh lines',
    },
    {
      view: race({
        name: 'next-character',
        of: 'loss',
        label: 'cross-entropy of the next character, nats (log scale)',
        share: 0.05,
      }),
      label: 'Does it help the model itself?',
    },
  ],
  presets: texts,
  asks: { judged: { act: 'judge', every: 4000 } },
  lastStep: 300,
  describe(run, { chainMain, sideMain, aloneMain }) {
    if (!stepOf(run)) return 'Nothing trained yet.';
    return `After ${count(stepOf(run))} steps the next character costs, on fresh lines, ${value(chainMain)} nats with a chain, ${value(sideMain)} with heads side by side and ${value(aloneMain)} with the model alone.`;
  },
  findings(run): Findings {
    const of = (name: string) => {
      const lane = laneOf(run, name);
      return lane && judgedOf(lane);
    };
    const [chain, side, alone] = ['chain', 'side', 'alone'].map(of);
    if (!chain || !side || !alone) return {};
    const each = (name: string, found: typeof chain) =>
      Object.fromEntries(
        found.acceptance.flatMap((share, i) => [
          [`${name}${i + 1}`, share],
          [`${name}Loss${i + 1}`, found.further[i]],
        ]),
      );
    return {
      depth: chain.acceptance.length,
      parameters: Number(laneOf(run, 'alone')?.facts?.parameters ?? 0),
      chainLast: chain.acceptance.at(-1)!,
      sideLast: side.acceptance.at(-1)!,
      ...each('chain', chain),
      ...each('side', side),
      ...each('alone', alone),
      chainMain: chain.main,
      sideMain: side.main,
      aloneMain: alone.main,
      chainGain: alone.main - chain.main,
      sideGain: alone.main - side.main,
    };
  },
  strip: [
    { finding: 'chainLast', label: 'last draft, chain', format: 'percent' },
    { finding: 'sideLast', label: 'last draft, side by side', format: 'percent' },
    { finding: 'chainGain', label: 'what a chain takes off the model’s loss', unit: 'nats' },
    { finding: 'sideGain', label: 'what heads take off the model’s loss', unit: 'nats' },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
