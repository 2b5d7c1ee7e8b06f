import type { Case } from './types';

export default {
  name: 'classifier-4',
  label: 'MoE classifier, E = 4',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'classifier',
  config: {
    rows: 512,
    dim: 64,
    experts: 4,
    topK: 2,
    hidden: 128,
    classes: 16,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
