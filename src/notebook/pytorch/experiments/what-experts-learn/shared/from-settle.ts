import type { NoWriter } from '../../../types';

/** Of the labs that look at the trained model. */
export const fromSettle = {
  none: 'No PyTorch here: nothing is trained, and the model comes from the lab “settle”, whose notebook reads it as a file.',
} satisfies NoWriter as NoWriter;
