/** Small runs with plain numbers, of which every example takes what it needs. */
import type { RunData } from '../../../src/lab/types';

const rows = 12;

/** Twelve rows up to step 120. */
export function runOf(part: Partial<RunData> = {}): RunData {
  const steps = Array.from({ length: rows }, (_, i) => (i + 1) * 10);
  return {
    settings: {},
    seed: 1,
    step: 120,
    steps,
    seconds: steps.map((step) => step / 50),
    metrics: {},
    probes: {},
    events: [],
    ...part,
  };
}

/** A run before its first step. */
export const nothing = (): RunData => runOf({ step: 0, steps: [], seconds: [] });

/** One number a row. */
export const numbers = (of: (step: number) => number): number[][] =>
  Array.from({ length: rows }, (_, i) => [of((i + 1) * 10)]);

/** A row of numbers a row. */
export const vectors = (of: (step: number) => number[]): number[][] =>
  Array.from({ length: rows }, (_, i) => of((i + 1) * 10));

export const probe = (shape: number[], of: (...at: number[]) => number) => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => {
    const at: number[] = [];
    let rest = i;
    for (const size of [...shape].reverse()) {
      at.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return of(...at);
  }),
});
