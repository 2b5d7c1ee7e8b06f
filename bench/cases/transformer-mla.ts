import type { Case } from './types';

export default {
  name: 'transformer-mla',
  label: 'character transformer, MLA',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'transformer',
  config: {
    dim: 64,
    layers: 2,
    heads: 4,
    attention: 'latent',
    keyValueRank: 32,
    rotaryWidth: 8,
    experts: 8,
    topK: 2,
    hidden: 128,
    sequences: 16,
    length: 64,
    balanceStrength: 0.01,
  },
} satisfies Case as Case;
