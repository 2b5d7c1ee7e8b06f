import type { Case } from './types';

/** What the lab of station 01 starts with. */
export default {
  name: 'fit',
  label: 'hidden-layer fit of station 01',
  learningRate: 0.01,
  model: 'fit',
  config: { hidden: 32, activation: 'relu', target: 'wave' },
} satisfies Case as Case;
