/** The mean of some numbers; 0 of none, where nothing is measured yet. */
export const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, x) => sum + x, 0) / Math.max(1, numbers.length);
