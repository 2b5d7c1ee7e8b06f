import type { NoWriter } from '../../types';

export default {
  none: 'No PyTorch here: nothing is trained, and drafts are judged without a model.',
} satisfies NoWriter as NoWriter;
