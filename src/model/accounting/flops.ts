/**
 * Floating-point operations per token. A product with an [a, b] matrix counts 2 · a · b (one
 * multiplication, one addition); norms, activations and softmax are left out. kaplan2020, §2.1.
 */
import type { Architecture, AttentionShape } from './architecture';
import { countParameters } from './parameters';

export interface FlopsQuestion {
  /** Positions a token looks at, itself included. */
  context: number;
  /**
   * Latent attention: "plain" rebuilds keys and values once per token (training, prefill),
   * "absorbed" looks at the latents themselves (decoding with a cache).
   */
  form?: 'plain' | 'absorbed';
}

export interface FlopsCount {
  /** Products with weights: twice the active parameters, embedding left out. */
  weights: number;
  /** Scores and mixing of values, which grow with the context. */
  attention: number;
  forward: number;
  /** Forward, and twice that backward: for the input and for the weights. */
  training: number;
}

/** Operations of one token through scores, values and what absorption moves, in one layer. */
function attentionFlops(shape: AttentionShape, { context, form = 'plain' }: FlopsQuestion): number {
  if (shape.kind === 'heads') {
    const seen = Math.min(context, shape.window ?? context);
    return 2 * shape.heads * 2 * shape.headWidth * seen;
  }
  const { heads, headWidth, valueWidth, rotaryWidth, keyValueRank } = shape;
  // Absorbed, the two up-projections act on the query and on the mixed latent: the same size
  // as rebuilding one key and one value, which `weights` counts already.
  const perPosition =
    form === 'plain'
      ? headWidth + rotaryWidth + valueWidth
      : keyValueRank + rotaryWidth + keyValueRank;
  return 2 * heads * perPosition * context;
}

/** Operations of one token whose context has `context` positions. */
export function flopsPerToken(architecture: Architecture, question: FlopsQuestion): FlopsCount {
  const { activeWithoutEmbedding } = countParameters(architecture);
  const weights = 2 * activeWithoutEmbedding;
  const attention = architecture.layers.reduce(
    (sum, layer) => sum + attentionFlops(layer.attention, question),
    0,
  );
  const forward = weights + attention;
  return { weights, attention, forward, training: 3 * forward };
}

/** Mean context of a causal sequence of this length: (length + 1) / 2. */
export const meanContext = (length: number): number => (length + 1) / 2;
