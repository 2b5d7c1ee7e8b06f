import type { Case } from './types';

export default {
  name: 'classifier-16',
  label: 'MoE classifier, E = 16',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'classifier',
  config: {
    rows: 512,
    dim: 64,
    experts: 16,
    topK: 2,
    hidden: 128,
    classes: 16,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
