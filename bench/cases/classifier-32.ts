import type { Case } from './types';

export default {
  name: 'classifier-32',
  label: 'MoE classifier, E = 32',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'classifier',
  config: {
    rows: 512,
    dim: 64,
    experts: 32,
    topK: 2,
    hidden: 128,
    classes: 16,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
