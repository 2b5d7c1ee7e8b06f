/** Probes as rows of numbers. */
import type { RunData } from '../lab/types';

/** A probe of two dimensions as rows; one of a single dimension is one row. Empty without it. */
export const rowsOf = (run: RunData, name: string): number[][] => panelsOf(run, name)[0] ?? [];

/**
 * A probe of three dimensions as panels of rows; one of fewer is one panel. Leading dimensions
 * beyond three make more panels.
 */
export function panelsOf(run: RunData, name: string): number[][][] {
  const probe = run.probes[name];
  if (!probe) return [];
  const [columns = 1, rows = 1] = [...probe.shape].reverse();
  const size = rows * columns;
  const count = size ? Math.floor(probe.data.length / size) : 0;
  return Array.from({ length: count }, (_, panel) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, i) => probe.data[panel * size + row * columns + i]),
    ),
  );
}
