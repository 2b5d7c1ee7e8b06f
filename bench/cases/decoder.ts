import type { Case } from './types';

/**
 * A dense decoder of the width of small language models, of a shape that the npm package
 * webgpu-llm trains, too: minutes on a software adapter.
 */
export default {
  name: 'decoder',
  label: 'dense character decoder, width 512',
  learningRate: 0.001,
  steps: 5,
  slow: true,
  model: 'decoder',
  config: { dim: 512, layers: 4, heads: 16, hidden: 1024, vocabulary: 64, length: 256 },
} satisfies Case as Case;
