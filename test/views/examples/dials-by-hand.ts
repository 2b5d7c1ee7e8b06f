import { resolveSettings } from '../../../src/lab/controls';
import { tabulated } from '../../../src/lab/table';
import lab from '../../../src/labs/balance-without-a-loss/dials-by-hand';
import { dialsByHand } from '../../../src/views/dials-by-hand';
import type { Example } from './types';

const at = (dials: number[], batchShown: number) => {
  if (lab.plan?.kind !== 'table') throw new Error('The dials answer at once.');
  const inputs = { dials: { shape: [8], data: Float32Array.from(dials) } };
  const settings = { ...resolveSettings(lab), batchShown };
  return tabulated(lab, lab.plan, { settings, seed: 1, inputs });
};

export const examples: Example[] = [
  { view: dialsByHand, state: 'all at 0', run: at(Array(8).fill(0), 1) },
  {
    view: dialsByHand,
    state: 'turned, six batches on',
    run: at([0.1, -0.2, 0, 0, 0.06, 0, 0, -0.02], 7),
  },
];
