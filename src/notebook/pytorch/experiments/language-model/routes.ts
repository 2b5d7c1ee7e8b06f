import type { NoWriter } from '../../types';

export default {
  none: 'No PyTorch here: nothing is trained, and the model comes from the lab “decoder”, whose notebook reads it as a file.',
} satisfies NoWriter as NoWriter;
