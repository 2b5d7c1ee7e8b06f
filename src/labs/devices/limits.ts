/** What a limit saves and what it costs, side by side: station 09. */
import { percent, value } from '../../lab/format';
import { laneFindings } from '../../lab/lanes';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, PlannedLane, RunData } from '../../lab/types';
import { race } from '../../views/race';
import { scatter } from '../../views/scatter';

const all = 8;

const lanes: PlannedLane[] = [
  { name: 'free', label: 'no limit', settings: { mostGroups: all } },
  ...[4, 3, 2].map((most) => ({
    name: `m${most}`,
    label: `${most} devices`,
    settings: { mostGroups: most },
  })),
  { name: 'nodes2', label: '2 nodes', settings: { mostGroups: 2, groupsAre: 'nodes' } },
];

function ofLane(lane: RunData): Findings {
  if (!lane.steps.length) return {};
  const [finalLoss] = recent(lane, 'loss');
  const [devices] = recent(lane, 'devices');
  const [nodes] = recent(lane, 'nodes');
  return { finalLoss, devices, nodes };
}

function findings(run: RunData): Findings {
  const found = laneFindings(run, ofLane);
  const free = found['free.finalLoss'];
  const dearer = lanes
    .slice(1)
    .map(({ name }) => [`${name}.dearer`, found[`${name}.finalLoss`] / free - 1] as const)
    .filter(([, share]) => Number.isFinite(share));
  return { ...found, ...Object.fromEntries(dearer) };
}

const loss = {
  of: { metric: 'loss' },
  label: 'loss, as a share of the answers’ variance',
  from: 0,
};

export default {
  name: 'limits',
  experiment: 'cluster',
  plan: { kind: 'race', lanes: () => lanes, axes: ['steps'] },
  title(_, found) {
    const [four, two] = [found['m4.dearer'], found['m2.dearer']];
    if (four === undefined || two === undefined) return 'Four limits and none, not yet trained';
    const change = (share: number) =>
      `${percent(Math.abs(share))} ${share < 0 ? 'lower' : 'higher'}`;
    return `At most four devices: the loss is ${change(four)}; at most two: ${change(two)}`;
  },
  caption:
    'The same layer is trained five times side by side, on the same tokens: without a limit, with at most four, three and two devices for a token, and with at most two of the four nodes. Further to the left is less traffic; further down is a lower loss.',
  controls: { groupScore: {}, biasRate: {}, learningRate: {} },
  fixed: { mostGroups: all, groupsAre: 'devices', balancer: 'bias' },
  views: [
    {
      view: scatter({
        name: 'price-of-limits',
        x: { of: { metric: 'devices' }, label: 'devices of a token' },
        y: loss,
        aspect: 0.42,
      }),
      label: 'Traffic and loss',
    },
    {
      view: scatter({
        name: 'price-in-nodes',
        x: { of: { metric: 'nodes' }, label: 'nodes of a token' },
        y: loss,
      }),
      label: 'The same, counted in nodes',
      size: 'half',
    },
    {
      view: race({ name: 'limit-losses', of: 'loss', label: 'loss (log scale)' }),
      label: 'While they learn',
      size: 'half',
    },
  ],
  lastStep: 600,
  describe(_, found) {
    if (found['m2.finalLoss'] === undefined) return 'Nothing trained yet.';
    const words = lanes.map(
      ({ name, label }) =>
        `${label} ${value(found[`${name}.devices`])} devices, loss ${value(found[`${name}.finalLoss`])}`,
    );
    return `${words.join('; ')}.`;
  },
  findings,
  strip: [
    { finding: 'm4.dearer', label: 'loss added by a limit of 4 devices', format: 'percent' },
    { finding: 'm2.dearer', label: 'loss added by a limit of 2 devices', format: 'percent' },
  ],
  recorded: {
    default: { settings: {}, seeds: 5 },
    'two-best': { settings: { groupScore: 'two' }, seeds: 4 },
    // What a reader puts into the cell: a device is scored by all its experts.
    'all-eight': {
      settings: {},
      code: [
        {
          file: 'src/model/group-limited.ts',
          from: 'const kept = tf.mul(inGroups, tf.topKMask(inGroups, best));',
          to: 'const kept = inGroups;',
        },
      ],
      seeds: 3,
    },
  },
} satisfies LabDescription as LabDescription;
