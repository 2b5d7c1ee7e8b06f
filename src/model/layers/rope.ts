/**
 * Rotary position embedding: channels 2i and 2i + 1 are a plane, turned by the angle
 * position · base^(−2i/width). The product of a turned query and a turned key then depends on
 * their distance only. su2021, eq. 15 (the planes), eq. 16 (the distance), eq. 34 (this form).
 */
import { registerRope } from '../../tensor/ops/rope/webgpu';
import * as tf from '../../tensor/tf';
import { refuse } from '../refuse';

// Loaded with the models that use it; the backend's own code is what every reader waits for.
registerRope();

/** su2021, §3.2.2: angles of 1 to 1/10000 per position. */
export const BASE = 10_000;

/** A sentence if vectors of this width have no planes to turn. */
export function refusal(width: number): string | undefined {
  if (!Number.isInteger(width) || width < 2 || width % 2 !== 0)
    return `Rotary positions turn pairs of channels: the rotary width must be even and at least 2; it is ${width}.`;
}

/** Radians by which each of the width / 2 planes turns per position. su2021, eq. 15. */
export function frequencies(width: number, base = BASE): number[] {
  refuse(refusal(width));
  return Array.from({ length: width / 2 }, (_, plane) => base ** ((-2 * plane) / width));
}

/**
 * Turns vectors by their positions.
 * x [groups, positions, width], where the first of `positions` is number `first` of its
 * sequence → the same shape. Throws if the width is odd.
 */
export function rotate(x: tf.Tensor3D, first = 0, base = BASE): tf.Tensor3D {
  const [groups, positions, width] = x.shape;
  frequencies(width, base); // refuses an odd width
  return tf.tidy(() => {
    if (positions > 1 && tf.hasKernel(tf.ropeKernel))
      return tf.turned(x, table(positions, width, first, base));
    const waves = (wave: (angle: number) => number) =>
      tf.tensor2d(
        Float32Array.from({ length: positions * width }, (_, i) =>
          wave(angle(i, width, first, base)),
        ),
        [positions, width],
      );
    const flat = tf.reshape(x, [groups * positions, width]);
    const turned = tf.reshape(tf.matMul(flat, quarterTurn(width)), x.shape);
    return tf.add(tf.mul(x, waves(Math.cos)), tf.mul(turned, waves(Math.sin))) as tf.Tensor3D;
  });
}

/**
 * [positions, width]: cosine and sine of each plane's angle side by side, in place of a plane's
 * two channels. Worked out here, since a GPU's own are rough for large angles.
 */
export function table(positions: number, width: number, first = 0, base = BASE): tf.Tensor2D {
  frequencies(width, base);
  return tf.tensor2d(
    Float32Array.from({ length: positions * width }, (_, i) =>
      (i % 2 === 0 ? Math.cos : Math.sin)(angle(i, width, first, base)),
    ),
    [positions, width],
  );
}

/** The angle that channel i of all positions' channels is turned by. */
const angle = (i: number, width: number, first: number, base: number): number =>
  (first + Math.floor(i / width)) * base ** ((-2 * ((i % width) >> 1)) / width);

/** [width, width]: sends (a, b) of each plane to (−b, a). */
function quarterTurn(width: number): tf.Tensor2D {
  const turn = new Float32Array(width * width);
  for (let even = 0; even < width; even += 2) {
    turn[even * width + even + 1] = 1;
    turn[(even + 1) * width + even] = -1;
  }
  return tf.tensor2d(turn, [width, width]);
}
