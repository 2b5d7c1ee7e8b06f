/** Shared experts where most of the answer is common, and where nothing is: station 07. */

import { percent, plain, value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { bars } from '../../views/bars';
import { curves } from '../../views/curves';
import { race } from '../../views/race';
import { smallMultiples } from '../../views/small-multiples';
import { lossOf } from './shared/loss';

const lanes = ({ inCommon, sharedSlices }: Settings): PlannedLane[] => {
  const common = `${Math.round(100 * Number(inCommon))} %`;
  const alone = { sharedSlices: 0 };
  return [
    { name: 'commonAlone', label: `${common} common, none shared`, settings: alone },
    { name: 'commonShared', label: `${common} common, ${sharedSlices} shared`, settings: {} },
    {
      name: 'apartAlone',
      label: 'nothing common, none shared',
      settings: { ...alone, inCommon: 0 },
    },
    {
      name: 'apartShared',
      label: `nothing common, ${sharedSlices} shared`,
      settings: { inCommon: 0 },
    },
  ];
};

/** Lanes that have shared slices, for figures that are about them. */
const withShared = (run: RunData): RunData =>
  run.lanes ? { ...run, lanes: run.lanes.filter(({ name }) => name.endsWith('Shared')) } : run;

const absorbedCurve = curves({
  name: 'absorbed',
  of: 'absorbed',
  label: 'share of the common part',
  scale: 'linear',
  say: percent,
  share: 0.05,
});

const peelBars = smallMultiples(
  bars({
    name: 'peel',
    of: { probe: 'peeled', names: ['at full weight', 'shared off', 'more routed instead'] },
    label: 'loss',
    unsorted: true,
    aspect: 0.3,
    narrowAspect: 0.4,
  }),
  { name: 'peels', least: 300, aspect: 0.62, narrowAspect: 0.9 },
);

function findings(run: RunData): Findings {
  const all = laneFindings(run, (lane): Findings => {
    if (!lane.steps.length) return {};
    const [asTrained, off, instead] = Array.from(lane.probes.peeled?.data ?? []);
    return {
      loss: lossOf(lane),
      absorbed: recent(lane, 'absorbed', 0.05)[0],
      ...(asTrained !== undefined && { asTrained, off, instead, peelRatio: off / asTrained }),
    };
  });
  const ratio = (kind: string) => all[`${kind}Shared.loss`] / all[`${kind}Alone.loss`];
  return {
    ...all,
    share: Number(run.settings.inCommon),
    ...(Number.isFinite(ratio('common')) && {
      withCommon: ratio('common'),
      worth: 1 / ratio('common'),
    }),
    ...(Number.isFinite(ratio('apart')) && { without: ratio('apart') }),
  };
}

/** "helps (0.75 times the loss)", by a clear tenth, or not. */
const verdict = (ratio: number): string =>
  `${ratio < 0.95 ? 'help' : ratio > 1.05 ? 'cost' : 'change little'} (${value(ratio)} times the loss)`;

const peeledOff = (run: RunData) => Number(run.settings.sharedWeight) === 0;

export default {
  name: 'shared-slices',
  experiment: 'common-part',
  plan: { kind: 'race', lanes, axes: ['steps'] },
  title(run, { withCommon, without }) {
    if (withCommon === undefined || without === undefined)
      return 'Six slices for each token, some of them shared, not yet trained';
    const { inCommon, sharedSlices, sharedWeight } = run.settings;
    const share = percent(Number(inCommon));
    if (peeledOff(run))
      return `With the shared answer at weight 0, the loss is ${value(withCommon)} times that of six routed slices where ${share} is common, ${value(without)} times where nothing is`;
    const weighed =
      Number(sharedWeight) === 1 ? '' : `, at ${plain(Number(sharedWeight))} of their weight,`;
    return `Where ${share} is common, ${sharedSlices} shared slices${weighed} ${verdict(withCommon)}; where nothing is, they ${verdict(without)}`;
  },
  caption:
    'Each token uses six of 64 slices. In two of the mixtures some of the six are the same for all tokens. In two of the tasks a part of the answer is common to all tokens, in the other two there is none. Gates are equally large everywhere. The weight of the shared answer can be turned while it trains.',
  controls: {
    inCommon: {},
    sharedSlices: { min: 1 },
    sharedWeight: {},
    learningRate: { min: 0.002, max: 0.05 },
  },
  views: [
    {
      view: race({
        name: 'shared-race',
        of: 'loss',
        label: 'loss, as a share of the answers’ variance (log scale)',
        share: 0.05,
      }),
    },
    {
      view: {
        ...absorbedCurve,
        plot: (props) => absorbedCurve.plot!({ ...props, run: withShared(props.run) }),
        describe: (run, axis) => absorbedCurve.describe(withShared(run), axis),
        table: (run) => absorbedCurve.table(withShared(run)),
      },
      label: 'How much of the common part the shared slices say',
      size: 'half',
    },
    {
      view: {
        ...peelBars,
        plot: (props) => peelBars.plot!({ ...props, run: withShared(props.run) }),
        describe: (run) => peelBars.describe(withShared(run)),
        table: (run) => peelBars.table(withShared(run)),
      },
      label: 'The shared slices peeled off, without training on',
      size: 'half',
    },
  ],
  lastStep: 1000,
  describe(_, all) {
    if (all.withCommon === undefined) return 'Nothing trained yet.';
    return `Loss with a common part: ${value(all['commonAlone.loss'])} with none shared, ${value(all['commonShared.loss'])} with some; without one: ${value(all['apartAlone.loss'])} and ${value(all['apartShared.loss'])}.`;
  },
  findings,
  strip: [
    { finding: 'withCommon', label: 'loss with shared over without, much in common' },
    { finding: 'without', label: 'the same, nothing in common' },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    two: { settings: { sharedSlices: 2 }, seeds: 3 },
    peeled: {
      settings: {},
      changes: [{ step: 500, name: 'sharedWeight', value: 0 }],
      seeds: 3,
    },
  },
} satisfies LabDescription as LabDescription;
