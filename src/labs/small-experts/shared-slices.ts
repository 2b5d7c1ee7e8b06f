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
  const common = `${Math.round(100 * Number(inCommon))} % in common`;
  const alone = { sharedSlices: 0 };
  return [
    { name: 'commonAlone', label: `${common}, none shared`, settings: alone },
    { name: 'commonShared', label: `${common}, ${sharedSlices} shared`, settings: {} },
    {
      name: 'apartAlone',
      label: 'nothing in common, none shared',
      settings: { ...alone, inCommon: 0 },
    },
    {
      name: 'apartShared',
      label: `nothing in common, ${sharedSlices} shared`,
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

/** "help (0.75 times the loss)", if the loss changes by more than a twentieth. */
function verdict(ratio: number, slices: number): string {
  const s = slices === 1 ? 's' : '';
  const said = ratio < 0.95 ? `help${s}` : ratio > 1.05 ? `cost${s}` : `change${s} little`;
  return `${said} (${value(ratio)} times the loss)`;
}

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
      return `With the shared answer at weight 0, the loss is ${value(withCommon)} times that of six routed slices with ${share} in common, and ${value(without)} times with nothing in common`;
    const slices = Number(sharedSlices);
    const one = slices === 1;
    const weighed =
      Number(sharedWeight) === 1 ? '' : ` at a weight of ${plain(Number(sharedWeight))}`;
    return `With ${share} in common, ${one ? 'one shared slice' : `${slices} shared slices`}${weighed} ${verdict(withCommon, slices)}; with nothing in common, ${one ? 'it' : 'they'} ${verdict(without, slices)}`;
  },
  caption:
    'Each token uses six of 64 slices. There are two tasks: in one, a part of the answer is common to all tokens; in the other, nothing is. Two mixtures learn each task: one chooses all six slices, in the other some of the six are shared by all tokens. Gates are equally large everywhere. You can turn the weight of the shared answer while they train.',
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
      label: 'How much of the common part the shared slices explain',
      size: 'half',
    },
    {
      view: {
        ...peelBars,
        plot: (props) => peelBars.plot!({ ...props, run: withShared(props.run) }),
        describe: (run) => peelBars.describe(withShared(run)),
        table: (run) => peelBars.table(withShared(run)),
      },
      label: 'The shared slices peeled off, without further training',
      size: 'half',
    },
  ],
  lastStep: 1000,
  describe(_, all) {
    if (all.withCommon === undefined) return 'Nothing trained yet.';
    return `With a part in common, the loss is ${value(all['commonAlone.loss'])} without shared slices and ${value(all['commonShared.loss'])} with them; with nothing in common, ${value(all['apartAlone.loss'])} and ${value(all['apartShared.loss'])}.`;
  },
  findings,
  strip: [
    { finding: 'withCommon', label: 'loss with shared slices over loss without, much in common' },
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
