/** Which layers of a decoder are sparse. No TensorFlow.js here: pages count layers too. */

export interface SparsePlaces {
  /** Dense layers before the first sparse one; 0 unless said. */
  firstDense?: number;
  /** Of the layers after those, every n-th is sparse; 1 unless said. */
  sparseEvery?: number;
  /** Undefined if no layer is. */
  moe?: object;
}

/** Whether layer number `layer`, from 0, is sparse. */
export function isSparse(
  { moe, firstDense = 0, sparseEvery = 1 }: SparsePlaces,
  layer: number,
): boolean {
  return moe !== undefined && layer >= firstDense && (layer - firstDense + 1) % sparseEvery === 0;
}
