import type { NoWriter } from '../../types';

export default {
  none: 'No PyTorch here: nothing is trained, and the model is that of the lab before, whose notebook reads it as a file.',
} satisfies NoWriter as NoWriter;
