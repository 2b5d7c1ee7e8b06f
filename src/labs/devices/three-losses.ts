/** DeepSeek-V2's three balance losses, and who waits for whom: station 09. */
import { percent, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import type { Settings } from '../../model/experiments/types';
import { bars } from '../../views/bars';
import { curves } from '../../views/curves';
import { waiting } from './shared/bill';

const two = (x: number) => x.toFixed(2);
const even = () => [{ at: 1, words: 'even' }];

const weights = (expertLoss: number, deviceLoss: number, trafficLoss: number) => ({
  expertLoss,
  deviceLoss,
  trafficLoss,
});

const five = (settings: Settings) => ({ settings, seeds: 5 });

function findings(run: RunData): Findings {
  const busiest = run.probes.busiest?.data;
  if (!busiest || !run.steps.length) return {};
  const [finalLoss] = recent(run, 'loss');
  const [dropped] = recent(run, 'dropped');
  return {
    finalLoss,
    expert: busiest[0],
    worker: busiest[1],
    receiver: busiest[2],
    waits: waiting(busiest[1]),
    dropped,
  };
}

export default {
  name: 'three-losses',
  experiment: 'three-losses',
  title(_, { expert, worker, waits }) {
    if (worker === undefined) return 'Eight devices of experts, not yet trained';
    return `The busiest device computes ${two(worker)} times the mean, so a device with the mean work waits ${percent(waits)} of the time; the busiest expert has ${two(expert)} times its share`;
  },
  caption:
    'The same cluster has V2’s router, which limits the devices of a token. Each of the three losses looks at the load of something else; turn them while it trains. The bars are measured on 4,096 unseen tokens. In a layer all devices wait for the busiest one.',
  controls: {
    expertLoss: {},
    deviceLoss: {},
    trafficLoss: {},
    mostGroups: { default: 3, min: 2, label: 'devices of a token, at most' },
    deviceRoom: {},
    learningRate: {},
  },
  views: [
    {
      view: bars({
        name: 'busiest',
        of: {
          probe: 'busiest',
          names: ['busiest expert', 'busiest device, by work', 'busiest device, by arrivals'],
        },
        label: 'times the mean',
        unsorted: true,
        say: two,
        rules: even,
        aspect: 0.2,
        narrowAspect: 0.5,
      }),
    },
    {
      view: bars({
        name: 'work',
        of: { probe: 'work', names: { fact: 'holders' } },
        label: 'work, times the mean',
        unsorted: true,
        say: two,
        rules: even,
        aspect: 0.62,
      }),
      label: 'Who works, and who waits',
      size: 'half',
    },
    {
      view: curves({
        name: 'loss-and-drops',
        of: 'loss',
        label: 'loss (log scale)',
        aspect: 0.62,
      }),
      label: 'Task loss',
      size: 'half',
    },
  ],
  lastStep: 600,
  describe(_, { expert, worker, receiver, finalLoss, dropped }) {
    if (worker === undefined) return 'Nothing trained yet.';
    const gone = dropped > 0 ? ` ${percent(dropped, 1)} of the assignments were dropped.` : '';
    return `As multiples of the mean, the busiest expert has ${two(expert)}, and the busiest device ${two(worker)} by work and ${two(receiver)} by arrivals. The loss is ${value(finalLoss)}.${gone}`;
  },
  findings,
  strip: [
    { finding: 'worker', label: 'busiest device by work' },
    { finding: 'finalLoss', label: 'loss' },
  ],
  goals: [
    {
      name: 'few-drops',
      words:
        'With a room of 1 share for each device, at most 4.2 % of the assignments dropped over the last tenth of 600 steps, and a loss below 0.19.',
      met: (run, _, { dropped, finalLoss }) =>
        run.step >= 600 && run.settings.deviceRoom === '1' && dropped <= 0.042 && finalLoss < 0.19,
    },
  ],
  recorded: {
    default: five(weights(0, 0, 0)),
    v2: five(weights(0.003, 0.05, 0.02)),
    expert: five(weights(0.3, 0, 0)),
    device: five(weights(0, 0.3, 0)),
    communication: five(weights(0, 0, 0.3)),
    room: five({ ...weights(0, 0, 0), deviceRoom: '1' }),
    'device-room': five({ ...weights(0, 0.3, 0), deviceRoom: '1' }),
    'v2-room': five({ ...weights(0.003, 0.05, 0.02), deviceRoom: '1' }),
  },
} satisfies LabDescription as LabDescription;
