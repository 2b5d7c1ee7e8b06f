import { fit } from '../../../src/views/fit';
import { numbers, probe, runOf } from './shared';
import type { Example } from './types';

const at = (i: number) => -1 + i / 4;

export const examples: Example[] = [
  {
    view: fit,
    state: 'three pieces',
    run: runOf({
      metrics: { loss: numbers((step) => 1 / step) },
      probes: {
        target: probe([9], (i) => Math.sin(3 * at(i))),
        fit: probe([9], (i) => at(i)),
        // The second leaves the frame, the third adds nothing.
        pieces: probe([3, 9], (unit, i) => [Math.max(0, at(i)), 4 * at(i), 0][unit]),
      },
    }),
  },
];
