/** Trained experts moved between devices by hand: station 09. */
import { percent, value } from '../../lab/format';
import { recent } from '../../lab/run';
import type { Findings, LabDescription, RunData } from '../../lab/types';
import { inOrder } from '../../model/experiments/devices/shared/yard';
import { expertYard, movedFrom, placementOf } from '../../views/expert-yard';
import { sheet } from '../../views/sheet';
import { arranged, arrangements, counted, gain } from './shared/placing';

const first = [...inOrder];
const two = (x: number) => x.toFixed(2);

function findings(run: RunData): Findings {
  const found = arrangements(run);
  const sets = run.answers?.sets as unknown as number[][] | undefined;
  if (!sets || found.firstTrips === undefined || !run.steps.length) return {};
  const placed = placementOf(run, first);
  const moved = movedFrom(first, placed);
  const [finalLoss] = recent(run, 'loss');
  return {
    ...found,
    finalLoss,
    moved,
    trips: moved ? counted(sets, placed).trips : found.firstTrips,
  };
}

export default {
  name: 'move-experts',
  experiment: 'placement',
  title(_, { trips, moved, firstTrips, tidyTrips }) {
    if (trips === undefined) return 'Sixty-four experts, not yet trained';
    if (moved)
      return `With ${moved} experts moved, a token makes ${two(trips)} trips instead of ${two(firstTrips)}`;
    return `A token makes ${two(trips)} trips; with the same experts on other devices it would make ${two(tidyTrips)}`;
  },
  caption:
    'These are the trained experts on their eight devices. Colour and number show which of eight kinds of token uses an expert most. Moving experts changes no answer, and so not the loss; only the trips change. Trips are counted on 2,048 tokens, and exchanges are chosen by 2,048 others.',
  controls: { biasRate: {}, learningRate: {} },
  fixed: { mostGroups: 8, groupsAre: 'devices', groupScore: 'max', balancer: 'bias' },
  views: [
    {
      view: expertYard({
        name: 'expert-yard',
        devices: 8,
        counted,
        arranged,
        gain,
        inOrder: first,
      }),
    },
    {
      view: sheet({
        name: 'arrangements',
        reads: { answers: ['sets', 'favourites'] },
        nothing: 'Nothing has been counted yet.',
        of(run) {
          const found = arrangements(run);
          const columns = ['arrangement', 'trips of a token'];
          if (found.firstTrips === undefined) return { columns, rows: [] };
          return {
            columns,
            rows: [
              ['in the order of their numbers', two(found.firstTrips)],
              ['dealt out anew', two(found.dealt)],
              ['by the domain that uses them most', two(found.byDomain)],
              ['by the kind that uses them most', two(found.byKind)],
              ['exchanged while it helps', two(found.tidyTrips)],
            ],
          };
        },
      }),
      label: 'The same router and experts, arranged in five ways',
    },
  ],
  asks: {
    sets: { act: 'sets', every: 4000 },
    favourites: { act: 'favourites', every: 4000 },
  },
  presets: [
    {
      name: 'order',
      label: 'in order',
      inputs: () => ({ placement: { shape: [first.length], data: Float32Array.from(first) } }),
    },
  ],
  lastStep: 600,
  describe(_, { trips, moved, saved, finalLoss }) {
    if (trips === undefined) return 'Nothing trained yet.';
    return `A token makes ${two(trips)} trips with ${moved} experts moved; from the first order, exchanging while it helps saves ${percent(saved)}. The loss is ${value(finalLoss)}, wherever the experts stand.`;
  },
  findings,
  strip: [
    { finding: 'firstTrips', label: 'trips in order' },
    { finding: 'tidyTrips', label: 'trips, exchanged' },
  ],
  goals: [
    {
      name: 'eight-exchanges',
      words:
        'After 600 steps, save 0.3 trips of a token with at most sixteen experts moved from their first device, that is, with eight exchanges.',
      met: (run, _, { trips, firstTrips, moved }) =>
        run.step >= 600 && moved > 0 && moved <= 16 && trips <= firstTrips - 0.3,
    },
  ],
  recorded: { default: { settings: {}, seeds: 5 } },
} satisfies LabDescription as LabDescription;
