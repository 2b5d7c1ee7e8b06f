import type { ViewProps } from '../../../src/lab/types';
import { expertYard } from '../../../src/views/expert-yard';
import { runOf } from './shared';
import type { Example } from './types';

const inOrder = [0, 0, 1, 1];
const sets = [
  [0, 2],
  [0, 2],
  [1, 3],
];

/** Devices of a token in the mean, and as many trips. */
const counted = (all: number[][], deviceOf: number[]) => {
  const each = all.map((set) => new Set(set.map((expert) => deviceOf[expert])).size);
  const devices = each.reduce((sum, x) => sum + x, 0) / all.length;
  return { devices, trips: devices, worker: 1 };
};

const view = expertYard({
  name: 'expert-yard',
  devices: 2,
  counted,
  arranged: () => [0, 1, 0, 1],
  gain: (all, deviceOf, a, b) => {
    const next = [...deviceOf];
    [next[a], next[b]] = [next[b], next[a]];
    return counted(all, next).trips - counted(all, deviceOf).trips;
  },
  inOrder,
});

const answers = { sets, favourites: { kinds: [0, 1, 0, 1], domains: [0, 0, 0, 0] } };

export const examples: Example[] = [{ view, state: 'to look at', run: runOf({ answers }) }];

/** As it stands in a lab that trained, two experts exchanged. */
export const moved: Example & Pick<ViewProps, 'ask' | 'onInputs' | 'inputs'> = {
  view,
  state: 'two exchanged',
  run: runOf({ answers }),
  ask: () => Promise.resolve(null),
  onInputs: () => {},
  inputs: { placement: { shape: [4], data: Float32Array.from([0, 1, 0, 1]) } },
};
