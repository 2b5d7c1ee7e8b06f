/**
 * How well components found agree with components known: whole ones, as vectors over all parameters.
 * The numbers are not those of braun2025, eq. 3, which compares single columns: chance alone comes
 * closer there (see `chanceCosine`).
 */
import * as tf from '../../tensor/tf';
import type { Params } from '../types';
import { type ComponentsConfig, dense, init } from './components';
import type { Recipe } from './recipe';

/** Every component as one vector over all decomposed parameters: [components, parameters]. */
export function vectors(
  { matrices }: Pick<Recipe, 'matrices'>,
  components: Params,
  config: ComponentsConfig,
): tf.Tensor2D {
  const parts = Object.keys(matrices).map((name) =>
    tf.reshape(dense(components, name, config), [config.components, -1]),
  );
  return tf.concat(parts, 1) as tf.Tensor2D;
}

/** [known, found]: cosine of the angle between each pair of components. */
export function cosines(known: tf.Tensor2D, found: tf.Tensor2D): tf.Tensor2D {
  const unit = (v: tf.Tensor2D): tf.Tensor2D =>
    tf.div(v, tf.maximum(tf.sqrt(tf.sum(tf.square(v), 1, true)), 1e-12));
  return tf.matMul(unit(known), unit(found), false, true);
}

/**
 * Mean over the known components of the cosine with the found one closest in direction: 1 at best.
 * It grows with the number found, and a component split in halves does not lower it: look at
 * `chanceCosine` and `meanLengthRatio` too.
 */
export function meanMaxCosine(known: tf.Tensor2D, found: tf.Tensor2D): tf.Scalar {
  return tf.mean(tf.max(cosines(known, found), 1));
}

/** Mean over the known components of the length of that found one, as a multiple of its own: 1 at best. */
export function meanLengthRatio(known: tf.Tensor2D, found: tf.Tensor2D): tf.Scalar {
  const near = cosines(known, found);
  const lengths = tf.sqrt(tf.sum(tf.square(found), 1)); // [found]
  const closest = tf.oneHot(tf.argMax(near, 1) as tf.Tensor1D, found.shape[0]);
  const chosen = tf.sum(tf.mul(tf.cast(closest, 'float32'), lengths), 1); // [known]
  return tf.mean(tf.div(chosen, tf.sqrt(tf.sum(tf.square(known), 1))));
}

/**
 * What `meanMaxCosine` is for components as they are before any training: its mean over `draws`
 * random starts. known as `vectors` gives it.
 */
export function chanceCosine(
  recipe: Pick<Recipe, 'matrices'>,
  known: tf.Tensor2D,
  config: ComponentsConfig,
  draws = 100,
): tf.Scalar {
  return tf.tidy(() => {
    const each = Array.from({ length: draws }, (_, seed) =>
      tf.tidy(() => meanMaxCosine(known, vectors(recipe, init(recipe, config, seed), config))),
    );
    return tf.mean(tf.stack(each)) as tf.Scalar;
  });
}
