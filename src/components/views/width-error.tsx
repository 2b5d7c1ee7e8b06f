/** Error against the number of hidden units, all widths training side by side. */
import { sweepOf } from './sweep';

export const widthError = sweepOf({
  name: 'width-error',
  over: 'widths',
  label: 'hidden units n (log scale)',
  panels: [{ metric: 'losses', label: 'mean squared error (log scale)', scale: 'log' }],
});
