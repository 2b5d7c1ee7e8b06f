/** What a decoder keeps per token of its past. deepseekv2, table 1. */
import type { Architecture, AttentionShape } from './architecture';

/** Elements that one layer keeps of one token. */
export function elementsPerToken(shape: AttentionShape): number {
  return shape.kind === 'latent'
    ? shape.keyValueRank + shape.rotaryWidth
    : 2 * shape.keyValueHeads * shape.headWidth;
}

/** Bytes per token over all layers, without regard to windows; 2 bytes an element (bfloat16). */
export function cacheBytesPerToken({ layers }: Architecture, bytesPerElement = 2): number {
  return (
    bytesPerElement * layers.reduce((sum, { attention }) => sum + elementsPerToken(attention), 0)
  );
}

/** Bytes of a whole sequence: layers with a window keep at most so many tokens. */
export function cacheBytesOf(
  { layers }: Architecture,
  tokens: number,
  bytesPerElement = 2,
): number {
  return layers.reduce((sum, { attention }) => {
    const window = attention.kind === 'heads' ? attention.window : undefined;
    return sum + bytesPerElement * elementsPerToken(attention) * Math.min(tokens, window ?? tokens);
  }, 0);
}

/** The same layers with another kind of attention, for comparison: what the cache would be. */
export function withAttention(
  architecture: Architecture,
  change: (shape: AttentionShape) => AttentionShape,
): Architecture {
  return {
    ...architecture,
    layers: architecture.layers.map((layer) => ({
      ...layer,
      attention: change(layer.attention),
    })),
  };
}
