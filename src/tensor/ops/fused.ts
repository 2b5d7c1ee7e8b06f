/**
 * A function of the library that is explained in plain TensorFlow.js and, where the current backend
 * has a kernel, computed by that: `definition` is what a file shows and a reader may edit, `kernel`
 * the way to the same numbers in fewer commands, undefined where there is none.
 *
 * The kernel belongs to this one function. An edited definition is another function, which computes
 * what it says: nothing else in the library asks whether there is a kernel.
 */
export function fused<Given extends unknown[], Result>(
  kernel: (...given: Given) => Result | undefined,
  definition: (...given: Given) => Result,
): Fused<Given, Result> {
  return Object.assign((...given: Given) => kernel(...given) ?? definition(...given), {
    definition,
  });
}

export interface Fused<Given extends unknown[], Result> {
  (...given: Given): Result;
  definition(...given: Given): Result;
}
