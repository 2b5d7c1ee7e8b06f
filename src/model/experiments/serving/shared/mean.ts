/** The mean of plain numbers; NaN of none. */
export const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
