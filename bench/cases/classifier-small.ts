import type { Case } from './types';

/** Small enough that the overhead of a command weighs more than its arithmetic. */
export default {
  name: 'classifier-small',
  label: 'small MoE classifier, E = 4',
  learningRate: 0.001,
  model: 'classifier',
  config: {
    rows: 64,
    dim: 16,
    experts: 4,
    topK: 2,
    hidden: 32,
    classes: 16,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
