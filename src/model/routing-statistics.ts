/**
 * What the literature measures about trained routing: how early choices settle, which experts
 * are chosen together, who takes which domain, which way tokens take through the layers.
 * Everything but `logPaths` is a tensor on the device, for probes; masks are
 * [tokens, experts] with 1 where the token goes to the expert.
 */
import * as tf from '../tensor/tf';

/**
 * Share of a token's final experts that it already had at an earlier point of the training,
 * averaged over the tokens: 1 when nothing changes any more, k / E by chance.
 * Both masks [tokens, experts], of the same tokens. muennighoff2024, §5.1 (router saturation).
 */
export function saturation(earlier: tf.Tensor2D, final: tf.Tensor2D, topK: number): tf.Scalar {
  sameShape('saturation', earlier, final);
  return tf.tidy(() => tf.div(tf.mean(tf.sum(tf.mul(earlier, final), 1)), topK));
}

/**
 * [experts, experts]: of the tokens sent to expert i, the share also sent to expert j.
 * Rows of unused experts are 0, the diagonal of used ones is 1.
 * muennighoff2024, §5.2 (expert co-activation).
 */
export function coActivation(mask: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const together = tf.matMul(mask, mask, true, false); // [experts, experts]
    const alone = tf.sum(mask, 0); // [experts]
    return tf.divNoNan(together, tf.expandDims(alone, 1)) as tf.Tensor2D;
  });
}

/**
 * [domains, experts]: of a domain's tokens, the share sent to each expert; rows sum to topK,
 * rows of absent domains are 0. `domains` is [tokens, domains] with one 1 in each row.
 * With token identities for domains this is vocabulary specialisation.
 * muennighoff2024, §5.3–5.4.
 */
export function domainShares(mask: tf.Tensor2D, domains: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const sent = tf.matMul(domains, mask, true, false); // [domains, experts]
    return tf.divNoNan(sent, tf.expandDims(tf.sum(domains, 0), 1)) as tf.Tensor2D;
  });
}

/**
 * [domains, experts]: a domain's share of each expert over the fair share k / E, so that 1 means
 * "no more than even", 0 "never", E / k "every token". deepseekv3, figure 9 (relative expert load).
 */
export function relativeDomainLoad(
  mask: tf.Tensor2D,
  domains: tf.Tensor2D,
  topK: number,
): tf.Tensor2D {
  return tf.tidy(() => tf.mul(domainShares(mask, domains), mask.shape[1] / topK) as tf.Tensor2D);
}

/**
 * [experts^layers]: share of the tokens on each path through the layers, where a path is one
 * expert per layer and its index counts in base E, first layer leading. A token with k experts
 * per layer walks k^layers paths, each with weight 1 / k^layers, so the shares sum to 1.
 * `masks` holds one [tokens, experts] per layer, of the same tokens.
 */
export function pathShares(masks: tf.Tensor2D[], topK: number): tf.Tensor1D {
  const [tokens, experts] = masks[0].shape;
  const paths = experts ** masks.length;
  if (paths > MOST_PATHS)
    throw new Error(
      `${masks.length} layers of ${experts} experts have ${paths} paths; at most ${MOST_PATHS} can be counted one by one.`,
    );
  return tf.tidy(() => {
    let walked = masks[0]; // [tokens, paths so far]
    for (const mask of masks.slice(1)) {
      sameShape('pathShares', masks[0], mask);
      walked = tf.reshape(tf.mul(tf.expandDims(walked, 2), tf.expandDims(mask, 1)), [
        tokens,
        walked.shape[1] * experts,
      ]);
    }
    return tf.mul(tf.mean(walked, 0), topK ** -masks.length) as tf.Tensor1D;
  });
}

/**
 * How much of the uncertainty about a token's expert goes away for one who knows the token's class,
 * I(expert; class) / H(expert) over all assignments: 1 where the class decides, 0 where it says
 * nothing; 0 too where there is no uncertainty. Of few tokens a class tells something by chance
 * alone: hold it against the same classes shuffled. mask [tokens, experts]; `classes` is
 * [tokens, classes] with one 1 in each row. A scalar.
 */
export function explainedShare(mask: tf.Tensor2D, classes: tf.Tensor2D): tf.Scalar {
  if (mask.shape[0] !== classes.shape[0])
    throw new Error(
      `explainedShare needs the classes of the same tokens; there are ${mask.shape[0]} tokens and classes of ${classes.shape[0]}.`,
    );
  return tf.tidy(() => {
    const joint = tf.matMul(classes, mask, true, false); // [classes, experts]
    const all = tf.sum(joint);
    const nats = (counts: tf.Tensor) =>
      tf.sum(tf.mul(counts, tf.log(tf.maximum(tf.divNoNan(counts, all), 1e-30))));
    const ofExperts = tf.neg(nats(tf.sum(joint, 0))); // H(expert), times all assignments
    const ofClasses = tf.neg(nats(tf.sum(joint, 1)));
    const ofBoth = tf.neg(nats(joint));
    const shared = tf.sub(tf.add(ofExperts, ofClasses), ofBoth);
    return tf.divNoNan(shared, ofExperts) as tf.Scalar;
  });
}

const MOST_PATHS = 4096;

/**
 * Share of neighbouring tokens that have at least one expert in common: by chance
 * 1 − C(E−k, k) / C(E, k). Neighbours across the border of two sequences do not count.
 * jiang2024, table 5 (first or second choice; with top-1 masks, first choice).
 */
export function repeatShare(mask: tf.Tensor2D, sequenceLength = mask.shape[0]): tf.Scalar {
  const [tokens, experts] = mask.shape;
  if (tokens % sequenceLength !== 0 || sequenceLength < 2)
    throw new Error(
      `${tokens} tokens are not whole sequences of ${sequenceLength}; the length must divide them and be at least 2.`,
    );
  const sequences = tokens / sequenceLength;
  return tf.tidy(() => {
    const chosen = tf.reshape(mask, [sequences, sequenceLength, experts]);
    const before = tf.slice(chosen, [0, 0, 0], [sequences, sequenceLength - 1, experts]);
    const after = tf.slice(chosen, [0, 1, 0], [sequences, sequenceLength - 1, experts]);
    return tf.mean(tf.max(tf.mul(before, after), 2)) as tf.Scalar;
  });
}

/**
 * Base-10 logarithm of the number of ways through a network: C(E, k) choices in each of
 * `layers` layers. A count of possibilities, not of distinct skills.
 */
export function logPaths(experts: number, topK: number, layers: number): number {
  let choices = 0;
  for (let i = 1; i <= topK; i++) choices += Math.log10((experts - topK + i) / i);
  return layers * choices;
}

function sameShape(name: string, a: tf.Tensor2D, b: tf.Tensor2D): void {
  if (a.shape[0] !== b.shape[0] || a.shape[1] !== b.shape[1])
    throw new Error(
      `${name} compares masks of the same tokens and experts; these are [${a.shape}] and [${b.shape}].`,
    );
}
