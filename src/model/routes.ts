/** Routes through the sparse layers of a model, counted: what is possible, and what dice would show. */

/** Ways to choose k of n. Exact up to 2⁵³. */
export function binomial(n: number, k: number): number {
  let ways = 1;
  // Each partial product is a binomial itself, so every division is whole.
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}

/** How many different ones `draws` from `possible` equally likely ones show in the mean. */
export const byDice = (possible: number, draws: number): number =>
  // 1 − (1 − 1 / possible)^draws, also where 1 / possible is lost beside 1.
  possible > 0 ? -possible * Math.expm1(draws * Math.log1p(-1 / possible)) : 0;
