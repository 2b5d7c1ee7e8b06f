/** The decoder that the comparisons of station 10 share. */
import type { Settings } from '../../../model/experiments/types';

/**
 * Sixteen experts of eight units unless the reader says otherwise, three to a character, on the
 * yard's lines, at a constant rate. A dense layer is as wide as three experts together.
 */
export const smallMixture: Settings = {
  corpus: 'yard',
  wagons: 768,
  topK: 3,
  expertHidden: 8,
  sharedExperts: 0,
  denseHidden: 24,
  balanceStrength: 0,
  rateSteps: 0,
};
