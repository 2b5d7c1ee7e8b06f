/** Devices that wait for the busiest of them: station 15. */
import { count, percent, value } from '../../lab/format';
import { meanOf } from '../../lab/mean';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { curves } from '../../views/curves';
import { queuesView } from '../../views/queues';
import { servedOf } from './shared/answers';
import { onTraces } from './shared/on-traces';

interface Cases {
  [name: string]: number;
}

const casesOf = (run: RunData): Cases | undefined =>
  run.answers?.cases as unknown as Cases | undefined;

export default {
  name: 'busiest',
  experiment: 'served',
  plan: { kind: 'simulate' },
  title(run, { busiest, idle }) {
    if (busiest === undefined) return 'Several devices, and no user to serve yet';
    const { kindsAsked, spares, devices } = run.settings;
    const kinds = Number(kindsAsked);
    const who =
      kinds === 1 ? 'With one kind of line' : `With ${kinds === 6 ? 'all' : kinds} kinds of lines`;
    const copies = Number(spares)
      ? ` and ${Number(spares)} spare ${Number(spares) === 1 ? 'copy' : 'copies'}`
      : '';
    return `${who}${copies}, the busiest of ${count(Number(devices))} devices has ${value(busiest)} times the mean: on average a device idles ${percent(idle)} of the time`;
  },
  caption:
    'The 16 experts of a layer are spread evenly over the devices. In one step, each user gets one character, and its two experts compute; the step is over when the longest queue is done. The figure shows one step in the last layer; the number in the title is the mean over many steps and three layers. Spare copies are made of the experts that were busiest in other lines of all kinds; an expert with copies sends each character to the shorter queue.',
  controls: { kindsAsked: {}, users: { min: 16, max: 256, default: 256 }, devices: {}, spares: {} },
  views: [
    { view: queuesView },
    {
      view: curves({
        name: 'busiest-in-steps',
        of: 'busiest',
        label: 'busiest device over the mean',
        scale: 'linear',
        stepNoun: 'steps of writing',
        aspect: 0.24,
      }),
      label: 'Step after step',
    },
  ],
  asks: {
    served: {
      act: 'served',
      every: 4000,
      with: ({ kindsAsked, users, devices, spares }) => ({
        kinds: kindsAsked,
        users,
        devices,
        spares,
      }),
    },
    cases: { act: 'cases', every: 600_000 },
  },
  lastStep: 100,
  describe(run, { busiest, dice }) {
    if (busiest === undefined) return 'Nobody served yet.';
    return `${count(Number(run.settings.users))} users who write ${Number(run.settings.kindsAsked)} of six kinds of lines, and ${count(Number(run.settings.devices))} devices: the busiest has ${value(busiest)} times the mean; with dice in the router’s place and no copies ${value(dice)}.`;
  },
  findings(run): Findings {
    const found = servedOf(run);
    if (!found || !run.steps.length) return {};
    return {
      busiest: found.busiest,
      idle: 1 - 1 / found.busiest,
      dice: found.dice,
      meanStep: meanOf(run.metrics.busiest?.map(([x]) => x) ?? [0]),
      ...casesOf(run),
    };
  },
  strip: [{ finding: 'busiest', label: 'busiest device over the mean' }],
  goals: [
    {
      name: 'one-kind',
      words:
        'All users write one kind of line, 256 at once, and the busiest of 8 devices has less than 1.3 times the mean.',
      met: (run, _, { busiest }) =>
        Number(run.settings.kindsAsked) === 1 &&
        Number(run.settings.users) === 256 &&
        Number(run.settings.devices) === 8 &&
        busiest < 1.3,
    },
  ],
  recorded: {
    default: onTraces(),
    'one-kind': onTraces('default', { kindsAsked: 1 }),
    spared: onTraces('default', { kindsAsked: 1, spares: 16 }),
    // With two devices queues are even enough without a copy: that is not what is asked for.
    'on-two': onTraces('default', { kindsAsked: 1, devices: 2 }),
    none: onTraces('none'),
    batch: onTraces('batch'),
    sequence: onTraces('sequence', { kindsAsked: 1, spares: 8 }),
  },
} satisfies LabDescription as LabDescription;
