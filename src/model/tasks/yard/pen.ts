/** Writes a line choice by choice and keeps count of how likely it was. */
export class Pen {
  /** Natural logarithm of the probability of all choices so far. */
  logProbability = 0;

  /** `next` gives uniform numbers in [0, 1). */
  constructor(private readonly next: () => number) {}

  /** One of the list, each as likely as any. */
  pick<T>(list: readonly T[]): T {
    this.logProbability -= Math.log(list.length);
    return list[Math.floor(this.next() * list.length)];
  }

  /** A whole number from low to high. */
  number(low: number, high: number): number {
    this.logProbability -= Math.log(high - low + 1);
    return low + Math.floor(this.next() * (high - low + 1));
  }
}

/** One kind of line: a small grammar with a checker. */
export interface Kind {
  name: string;
  /** A line of this kind, right in every respect. */
  write(pen: Pen): string;
  /** True if a whole line is one that `write` can give. */
  check(line: string): boolean;
}

/** "a b c" → its words. */
export const wordsOf = (list: string): string[] => list.split(' ');

/** "a_b c_d" → pairs. */
export const pairsOf = (list: string): [string, string][] =>
  wordsOf(list).map((pair) => pair.split('_') as [string, string]);
