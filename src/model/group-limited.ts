import * as tf from '../tensor/tf';
import { refuse } from './refuse';
import type { Router, RouterInput } from './types';

export interface GroupLimit {
  /** Groups of equally many experts, in order: the devices or nodes that hold them. */
  groups: number;
  /** Most groups a token may use (M). */
  limit: number;
  /**
   * How a group is scored: by its best expert ("max", deepseekv2 §2.2.2) or by the sum of its best
   * few ("sum", deepseekv3 §2.1.2). Both on the biased scores.
   */
  score: 'max' | 'sum';
  /** How many are summed: topK / limit unless said, as in the report; its code has 2 for any. */
  best?: number;
}

/** Stands for minus infinity, which shading languages may assume never occurs; 0 would not do: biased scores can all be below it. */
const EXCLUDED = -1e30;

/**
 * Wraps a router so that each token chooses its experts in the `limit` best groups only. The
 * experts of other groups get the selection bias −∞: it bars them from the choice and, like any
 * selection bias, never enters a gate. Groups are chosen by the router's own scores, so it routes
 * twice, from the same logits.
 */
export function groupLimited(
  router: Router,
  { groups, limit, score, best: given }: GroupLimit,
): Router {
  if (router.takesBias === false || (router.perToken ?? 'topK') !== 'topK')
    throw new Error(`Groups cannot limit "${router.name}": it does not choose by biased scores.`);
  if (limit < 1 || limit > groups)
    throw new Error(`A token may use 1 to ${groups} of ${groups} groups, not ${limit}.`);
  const bestOf = (topK: number) => (score === 'max' ? 1 : (given ?? topK / limit));

  const refusal: Router['refusal'] = (shape) => {
    const { experts, topK } = shape;
    if (experts % groups !== 0)
      return `${experts} experts do not divide into ${groups} equal groups.`;
    if ((limit * experts) / groups < topK)
      return `${limit} of ${groups} groups hold ${(limit * experts) / groups} experts, fewer than topK ${topK}.`;
    const best = bestOf(topK);
    if (given === undefined && !Number.isInteger(best))
      return `Groups are scored by their topK / limit best experts: topK ${topK} does not divide by ${limit}; say how many count (best).`;
    if (!(Number.isInteger(best) && best >= 1 && best <= experts / groups))
      return `Groups are scored by 1 to ${experts / groups} of their experts, not ${best}.`;
    return router.refusal?.(shape);
  };

  return {
    ...router,
    name: `${router.name}, ${limit} of ${groups} groups`,
    label: `${router.label}, at most ${limit} of ${groups} groups`,
    source: score === 'max' ? 'deepseekv2' : 'deepseekv3',
    refusal,
    route(input: RouterInput) {
      const { scores, logits } = router.route(input); // [tokens, experts]
      const [tokens, experts] = scores.shape;
      refuse(refusal({ experts, topK: input.topK, tokens }));
      const bars = tf.withoutGradient((plain: tf.Tensor2D) => {
        // An expert that the bias bars adds nothing to its group, and no NaN either.
        const biased = input.bias ? tf.maximum(tf.add(plain, input.bias), EXCLUDED) : plain;
        const value = groupScores(biased, groups, bestOf(input.topK)); // [tokens, groups]
        const excluded = tf.sub(1, tf.topKMask(value, limit));
        return tf.mul(spreadToExperts(excluded, experts), EXCLUDED) as tf.Tensor2D;
      }, scores);
      return router.route({
        ...input,
        // A jittered product, say, must not be shaken twice; and one product is enough.
        ...(router.hasLogits !== false && { logits }),
        bias: (input.bias ? tf.add(bars, input.bias) : bars) as tf.Tensor2D,
      });
    },
  };
}

/** [tokens, groups]: sum of the `best` highest scores in each group. */
function groupScores(scores: tf.Tensor, groups: number, best: number): tf.Tensor2D {
  const [tokens, experts] = scores.shape;
  const inGroups = tf.reshape(scores, [tokens * groups, experts / groups]) as tf.Tensor2D;
  const kept = tf.mul(inGroups, tf.topKMask(inGroups, best));
  return tf.reshape(tf.sum(kept, 1), [tokens, groups]);
}

/** [tokens, groups] → [tokens, experts]: each expert gets its group's value. */
function spreadToExperts(value: tf.Tensor, experts: number): tf.Tensor2D {
  const [tokens, groups] = value.shape;
  const tiled = tf.tile(tf.expandDims(value, 2), [1, 1, experts / groups]);
  return tf.reshape(tiled, [tokens, experts]);
}
