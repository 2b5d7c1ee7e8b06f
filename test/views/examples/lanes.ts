import type { Lane } from '../../../src/lab/types';
import { dots } from '../../../src/views/dots';
import { ofLanes } from '../../../src/views/lanes';
import { probe, runOf } from './shared';
import type { Example } from './types';

const lane = (name: string, right: number): Lane => ({
  ...runOf({ probes: { right: probe([1], () => right) } }),
  name,
  label: `long ${name}`,
});

export const examples: Example[] = [
  {
    view: ofLanes(
      dots({ name: 'some-lanes', of: { probe: 'right' }, label: 'share right', first: 'given' }),
      {
        of: ({ name }) => name !== 'c',
        beside: () => [lane('known', 0.6)],
        called: ({ name }) => `short ${name}`,
      },
    ),
    state: 'two of three, and one beside',
    run: runOf({ steps: [], lanes: [lane('a', 0.9), lane('b', 0.7), lane('c', 0.2)] }),
  },
];
