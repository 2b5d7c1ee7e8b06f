import type { Case } from './types';

/** As wide as layers of small language models are: minutes on a software adapter. */
export default {
  name: 'classifier-wide',
  label: 'MoE classifier, 4,096 × 256, E = 32',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'classifier',
  config: {
    rows: 4096,
    dim: 256,
    experts: 32,
    topK: 2,
    hidden: 512,
    classes: 16,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
