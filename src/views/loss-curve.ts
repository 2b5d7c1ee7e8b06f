/** The loss over training, where an experiment calls it so. */
import { curves } from './curves';

export const lossCurve = curves({ name: 'loss-curve', of: 'loss', label: 'loss (log scale)' });
