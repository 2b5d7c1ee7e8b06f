/**
 * From logits to a token, on the host: a decoder reads one row of logits per token anyway.
 * Plain numbers, no TensorFlow.js.
 */

export interface SamplingOptions {
  /** Divides the logits; 0 takes the most likely token, 1 leaves them as they are. */
  temperature?: number;
  /** Keeps so many of the most likely tokens. fan2018. */
  topK?: number;
  /** Keeps the fewest most likely tokens that hold at least this probability. holtzman2019, eq. 2–3. */
  topP?: number;
}

/**
 * Probabilities of the next token, [vocabulary], summing to 1: temperature first, then top-k,
 * then top-p of what is left. Of equally likely tokens the first stays.
 * Throws on options outside their range and on logits that are not numbers.
 */
export function probabilities(
  logits: ArrayLike<number>,
  { temperature = 1, topK, topP }: SamplingOptions = {},
): Float64Array {
  if (!(temperature >= 0))
    throw new Error(`The temperature must be 0 or more; it is ${temperature}.`);
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1))
    throw new Error(`Top-k keeps a whole number of tokens, 1 or more; not ${topK}.`);
  if (topP !== undefined && !(topP > 0 && topP <= 1))
    throw new Error(`Top-p keeps a share of the probability above 0 and up to 1; not ${topP}.`);
  const values = Float64Array.from(logits);
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(largest))
    throw new Error('The logits must be numbers, at least one of them finite.');

  const weights = values.map((logit) =>
    temperature === 0 ? Number(logit === largest) : Math.exp((logit - largest) / temperature),
  );
  const kept = Math.min(temperature === 0 ? 1 : (topK ?? weights.length), weights.length);
  return truncated(truncated(weights, { most: kept }), { share: topP });
}

/** Weights outside the most likely tokens set to 0, the rest divided by their sum. */
function truncated(
  weights: Float64Array,
  { most = weights.length, share = 1 }: { most?: number; share?: number },
): Float64Array {
  const order = Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || a - b);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const result = new Float64Array(weights.length);
  let held = 0;
  for (const token of order.slice(0, most)) {
    // Rounding may leave the sum a little short of a share of 1.
    if (share < 1 && held >= share * total) break;
    result[token] = weights[token];
    held += weights[token];
  }
  return result.map((weight) => weight / held);
}

/**
 * The token at which the running sum of the probabilities passes `uniform`, a number in [0, 1).
 * Tokens of probability 0 are never drawn.
 */
export function draw(probability: ArrayLike<number>, uniform: number): number {
  let passed = 0;
  let last = 0;
  for (let token = 0; token < probability.length; token++) {
    if (!(probability[token] > 0)) continue;
    passed += probability[token];
    last = token;
    if (uniform < passed) return token;
  }
  return last; // the sum fell short of 1 by rounding
}
