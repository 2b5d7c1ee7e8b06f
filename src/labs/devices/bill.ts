/** What a trained router's choices send over a small cluster: station 09. */
import { plain, value } from '../../lab/format';
import type { LabDescription } from '../../lab/types';
import { curves } from '../../views/curves';
import { lossCurve } from '../../views/loss-curve';
import { sheet } from '../../views/sheet';
import { traffic } from '../../views/traffic';
import { billFindings, billOf, kibibytes } from './shared/bill';

const kib = (trips: number) => kibibytes(trips).toFixed(0);
const two = (x: number) => x.toFixed(2);

export default {
  name: 'bill',
  experiment: 'cluster',
  title(run, { devices, trips, busiestLink }) {
    if (devices === undefined) return 'Sixty-four experts on eight devices, nothing sent yet';
    const { mostGroups, groupsAre } = run.settings;
    const most = Number(mostGroups);
    const limit =
      groupsAre === 'nodes' && most < 4
        ? `At most ${most} ${most === 1 ? 'node' : 'nodes'} for a token: `
        : groupsAre === 'devices' && most < 8
          ? `At most ${most} ${most === 1 ? 'device' : 'devices'} for a token: `
          : '';
    return `${limit}${limit ? 'its' : 'A token’s'} eight experts stand on ${two(devices)} devices, which makes ${two(trips)} trips; the busiest link carries ${two(busiestLink)} times the mean`;
  },
  caption:
    'Eight devices hold eight experts each, and two devices make a node. A line is as wide as the traffic between two devices, both ways. A token starts on its home device, and one copy of it goes to each other device that holds any of its experts. Trips are counted on 4,096 tokens, with the router that has just been trained. The slider follows single tokens.',
  controls: {
    mostGroups: {},
    groupsAre: {},
    groupScore: {},
    balancer: {
      options: [
        { value: 'bias', label: 'selection bias' },
        { value: 'none', label: 'none' },
      ],
      default: 'bias',
    },
    biasRate: {},
    learningRate: {},
  },
  views: [
    { view: traffic },
    {
      view: sheet({
        name: 'bill-sheet',
        reads: { answers: ['bill'] },
        nothing: 'Nothing has been sent yet.',
        of(run) {
          const bill = billOf(run);
          const columns = ['what is sent', 'of one token', 'KiB of one layer'];
          if (!bill) return { columns, rows: [] };
          const { callsPerToken, copiesPerToken, slowPerToken, fastPerToken } = bill;
          return {
            columns,
            rows: [
              ['a copy for each expert', two(callsPerToken), kib(callsPerToken)],
              ['a copy for each device', two(copiesPerToken), kib(copiesPerToken)],
              ['a copy for each node, between nodes', two(slowPerToken), kib(slowPerToken)],
              ['… and handed on inside nodes', two(fastPerToken), kib(fastPerToken)],
            ],
          };
        },
      }),
      label:
        'The bill, if a token were as wide as in DeepSeek-V3: 7,168 numbers, one byte each on the way there and two on the way back',
    },
    { view: lossCurve, label: 'Task loss', size: 'half' },
    {
      view: curves({
        name: 'visits',
        of: [
          { metric: 'devices', name: 'devices' },
          { metric: 'nodes', name: 'nodes' },
        ],
        label: 'for one token, mean of a batch',
        scale: 'linear',
      }),
      label: 'Devices and nodes of a token',
      size: 'half',
    },
  ],
  asks: { bill: { act: 'bill', every: 1500 } },
  lastStep: 600,
  describe(_, { devices, nodes, trips, slow, finalLoss, busiestWorker }) {
    if (devices === undefined) return 'Nothing sent yet.';
    return `A token visits ${two(devices)} devices in ${two(nodes)} nodes: ${two(trips)} trips, ${two(slow)} of them between nodes if each node is sent one copy only. The busiest device computes ${two(busiestWorker)} times the mean. Loss ${value(finalLoss)}.`;
  },
  findings: billFindings,
  strip: [
    { finding: 'devices', label: 'devices of a token' },
    { finding: 'finalLoss', label: 'loss' },
  ],
  goals: [
    {
      name: 'slow-links',
      words: 'At most 1.6 copies of a token between nodes, with a loss below 0.17 after 600 steps.',
      met: (run, _, { slow, finalLoss }) => run.step >= 600 && slow <= 1.6 && finalLoss < 0.17,
    },
  ],
  nameRun: (run) => `${String(run.settings.groupsAre)} ${plain(Number(run.settings.mostGroups))}`,
  recorded: {
    default: { settings: {}, seeds: 5 },
    m4: { settings: { mostGroups: 4 }, seeds: 5 },
    nodes2: { settings: { mostGroups: 2, groupsAre: 'nodes' }, seeds: 5 },
    unbalanced: { settings: { balancer: 'none' }, seeds: 5 },
  },
} satisfies LabDescription as LabDescription;
