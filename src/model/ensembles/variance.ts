/** What averaging does to chance: plain numbers, for curves and captions. */

export interface Spread {
  /** Mean variance of one member (σ²), over repeated trainings. */
  variance: number;
  /** Mean correlation of two members (ρ). */
  correlation: number;
}

/**
 * Variance of the average of `members`: ρσ² + (1 − ρ)σ²/M. More members only lower the second
 * part; what they share stays. Throws if no members could be correlated so.
 */
export function averageVariance({ variance, correlation }: Spread, members: number): number {
  if (!(Number.isInteger(members) && members >= 1))
    throw new Error(`An average needs a whole number of members, 1 or more; it is ${members}.`);
  if (!(variance >= 0)) throw new Error(`A variance is 0 or more; it is ${variance}.`);
  const least = members > 1 ? -1 / (members - 1) : -1;
  if (!(correlation >= least && correlation <= 1))
    throw new Error(
      `Correlations among ${members} members go from ${least} to 1; it is ${correlation}.`,
    );
  return correlation * variance + ((1 - correlation) * variance) / members;
}

/**
 * Variance and correlation of members from repeated trainings: answers[trial][member] at one
 * point. With these two numbers `averageVariance` is exactly the variance of the trials' averages.
 * Throws if there are fewer than two trials or members.
 */
export function measureSpread(answers: number[][]): Spread {
  const { variance, shared } = spreadAt(answers);
  return { variance, correlation: variance > 0 ? shared / variance : 0 };
}

/**
 * The same over many places: answers[place][trial][member]. Variances and covariances are averaged,
 * and only then divided: with these two numbers `averageVariance` is the mean variance of the
 * averages, which the mean of the places' correlations would not give.
 */
export function measureSpreadOver(answers: number[][][]): Spread {
  if (answers.length === 0) throw new Error('A spread over places needs at least one place.');
  const each = answers.map(spreadAt);
  const mean = (part: (at: { variance: number; shared: number }) => number) =>
    each.reduce((sum, at) => sum + part(at), 0) / each.length;
  const variance = mean((at) => at.variance);
  return { variance, correlation: variance > 0 ? mean((at) => at.shared) / variance : 0 };
}

/** Mean variance of a member, and mean covariance of two, at one place. */
function spreadAt(answers: number[][]): { variance: number; shared: number } {
  const trials = answers.length;
  const members = answers[0]?.length ?? 0;
  if (trials < 2 || members < 2)
    throw new Error(
      `A correlation needs at least 2 trials of 2 members; there are ${trials} of ${members}.`,
    );
  const means = Array.from(
    { length: members },
    (_, m) => answers.reduce((sum, row) => sum + row[m], 0) / trials,
  );
  let own = 0;
  let shared = 0;
  for (const row of answers) {
    const off = row.map((answer, m) => answer - means[m]);
    const sum = off.reduce((all, value) => all + value, 0);
    const squares = off.reduce((all, value) => all + value * value, 0);
    own += squares / members / trials;
    shared += (sum * sum - squares) / (members * (members - 1)) / trials;
  }
  return { variance: own, shared };
}
