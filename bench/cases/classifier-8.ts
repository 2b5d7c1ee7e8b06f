import type { Case } from './types';

export default {
  name: 'classifier-8',
  label: 'MoE classifier, E = 8',
  learningRate: 0.001,
  model: 'classifier',
  config: {
    rows: 512,
    dim: 64,
    experts: 8,
    topK: 2,
    hidden: 128,
    classes: 16,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
