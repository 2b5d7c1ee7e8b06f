import { turnedCoins } from '../../../src/views/turned-coins';
import { probe, runOf } from './shared';
import type { Example } from './types';

export const examples: Example[] = [
  {
    view: turnedCoins,
    state: 'one rerouted',
    run: runOf({
      probes: {
        // Heads, tails, and the last one turned.
        faces: probe([2, 2, 3], (way, _, place) => (place === 2 ? 1 - way : place % 2)),
        // As the coins fell, coin p has expert p; turned, the first of sequence 0 loses A to D.
        turned: probe([2, 2, 3, 4], (way, sequence, place, expert) =>
          way && !sequence && !place ? Number(expert === 3) : Number(expert === place),
        ),
      },
    }),
  },
];
