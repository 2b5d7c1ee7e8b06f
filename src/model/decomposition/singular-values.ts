/** Singular values of small matrices in plain numbers, for the rank and size of a component or an expert. */

/**
 * Singular values of a matrix [rows, columns], row-major, largest first; as many as the smaller
 * side has. By turning pairs of columns until all are orthogonal (one-sided Jacobi): their lengths
 * are the singular values.
 */
export function singularValues(values: ArrayLike<number>, rows: number, columns: number): number[] {
  const tall = rows >= columns;
  const [length, count] = tall ? [rows, columns] : [columns, rows];
  const vectors = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length }, (_, j) =>
      tall ? values[j * columns + i] : values[i * columns + j],
    ),
  );
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i], 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false;
    for (let p = 0; p < count; p++)
      for (let q = p + 1; q < count; q++) {
        const [a, b] = [vectors[p], vectors[q]];
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        if (Math.abs(ab) <= 1e-14 * Math.sqrt(aa * bb)) continue;
        turned = true;
        const tau = (bb - aa) / (2 * ab);
        const tangent = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
        const cosine = 1 / Math.hypot(1, tangent);
        const sine = cosine * tangent;
        for (let i = 0; i < length; i++)
          [a[i], b[i]] = [cosine * a[i] - sine * b[i], sine * a[i] + cosine * b[i]];
      }
    if (!turned) break;
  }
  return vectors.map((v) => Math.sqrt(dot(v, v))).sort((a, b) => b - a);
}

/** Σ |singular value|^power: the Schatten norm to its power, as braun2025 uses it. */
export const schatten = (singular: number[], power: number): number =>
  singular.reduce((sum, value) => sum + (value > 0 ? value ** power : 0), 0);

/** How many singular values count: those above `share` of the largest. */
export const rankOf = (singular: number[], share = 1e-3): number =>
  singular.filter((value) => value > share * singular[0]).length;
