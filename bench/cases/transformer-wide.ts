import type { Case } from './types';

/** A decoder of the width of small language models: minutes on a software adapter. */
export default {
  name: 'transformer-wide',
  label: 'character transformer, width 256',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'transformer',
  config: {
    dim: 256,
    layers: 4,
    heads: 8,
    attention: 'heads',
    experts: 8,
    topK: 2,
    hidden: 512,
    sequences: 16,
    length: 128,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
