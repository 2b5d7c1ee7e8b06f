/**
 * Products of matrices on WASM: TensorFlow.js's are slow where a factor is transposed, as in every
 * gradient of a weight, and there is one in every layer.
 */
import * as tf from '../../core';
import { type Infos, registerKernels, type Wasm } from '../on-wasm';

export function registerProducts(wasm: Wasm): void {
  registerKernels(wasm, { BatchMatMul: batchMatMul });
}

interface Attributes {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** a [..., rows, inner] · b [..., inner, columns]; the dimensions in front may be broadcast. */
function batchMatMul(wasm: Wasm, { a, b }: Infos, attributes: Attributes): tf.TensorInfo {
  const { transposeA = false, transposeB = false } = attributes;
  const [aHeight, aWidth] = a.shape.slice(-2);
  const [bHeight, bWidth] = b.shape.slice(-2);
  const [rows, inner] = transposeA ? [aWidth, aHeight] : [aHeight, aWidth];
  const [columns, innerOfB] = transposeB ? [bHeight, bWidth] : [bWidth, bHeight];
  if (inner !== innerOfB)
    throw new Error(
      `The product of [${a.shape}]${transposeA ? ' transposed' : ''} and [${b.shape}]${transposeB ? ' transposed' : ''} sums over ${inner} and ${innerOfB} entries; both must be equal.`,
    );
  const [aFront, bFront] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const front = tf.broadcast_util.assertAndGetBroadcastShape(aFront, bFront);
  const c = wasm.output([...front, rows, columns]);
  const aPlaces = places(aFront, front);
  const bPlaces = places(bFront, front);
  const [aAt, bAt, cAt] = [wasm.at(a), wasm.at(b), wasm.at(c)];
  for (let i = 0; i < aPlaces.length; i++)
    wasm.multiply(
      rows,
      columns,
      inner,
      { at: aAt + 4 * aPlaces[i] * rows * inner, apart: aWidth, turned: transposeA },
      { at: bAt + 4 * bPlaces[i] * inner * columns, apart: bWidth, turned: transposeB },
      { at: cAt + 4 * i * rows * columns, apart: columns },
    );
  return c;
}

/** Which matrix of a stack of shape `own` stands at each place of the broadcast stack. */
function places(own: number[], broadcast: number[]): number[] {
  let all = [0];
  let apart = tf.util.sizeFromShape(own);
  broadcast.forEach((length, axis) => {
    const ownLength = own[axis - (broadcast.length - own.length)] ?? 1;
    apart /= ownLength;
    all = all.flatMap((place) =>
      Array.from({ length }, (_, i) => place + (ownLength === 1 ? 0 : i * apart)),
    );
  });
  return all;
}
