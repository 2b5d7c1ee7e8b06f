/** Kinds of attention by what they keep, for released models and for shapes that a reader sets. */
import type { AttentionShape, HeadShape } from '../../../model/accounting/architecture';

/** A name for what a layer keeps: latent, or keys and values of every head, of groups, of one. */
export function kindOf(shape: AttentionShape): string {
  if (shape.kind === 'latent') return 'MLA';
  if (shape.keyValueHeads === shape.heads) return 'MHA';
  return shape.keyValueHeads === 1 ? 'MQA' : 'GQA';
}

/**
 * The same query heads with another kind of attention. A latent is as wide as four heads, its
 * rotary key half as wide as one, as in deepseekv2, table 1. Windows stay where keys and values do.
 */
export function as(kind: string, shape: AttentionShape): AttentionShape {
  if (kind === 'released') return shape;
  const { heads, headWidth } = shape;
  if (kind === 'MLA')
    return {
      kind: 'latent',
      heads,
      headWidth,
      valueWidth: headWidth,
      keyValueRank: 4 * headWidth,
      rotaryWidth: headWidth / 2,
    };
  const keyValueHeads: Record<string, number> = { MHA: heads, GQA: Math.min(8, heads), MQA: 1 };
  const window = shape.kind === 'heads' ? shape.window : undefined;
  const same: HeadShape = { kind: 'heads', heads, headWidth, keyValueHeads: keyValueHeads[kind] };
  return window === undefined ? same : { ...same, window };
}

/** Multiplications and kept numbers read, for one new token in one layer. */
export interface Look {
  multiplications: number;
  read: number;
}

/**
 * What a new token costs with `past` tokens behind it, itself included: scores and the mixing of
 * values, and what has to be done before them because of how the past is kept. The projections of
 * the token itself, which every kind has, are left out.
 */
export function look(shape: AttentionShape, form: 'plain' | 'absorbed', past: number): Look {
  const { heads, headWidth } = shape;
  if (shape.kind === 'heads')
    return {
      multiplications: 2 * heads * headWidth * past,
      read: 2 * shape.keyValueHeads * headWidth * past,
    };
  const { keyValueRank, rotaryWidth, valueWidth } = shape;
  const read = (keyValueRank + rotaryWidth) * past;
  const projections = keyValueRank * heads * (headWidth + valueWidth);
  return form === 'plain'
    ? {
        // Keys and values of every token of the past are made anew.
        multiplications: projections * past + heads * (headWidth + rotaryWidth + valueWidth) * past,
        read,
      }
    : {
        // The query is folded once, what was seen is unfolded once.
        multiplications: projections + heads * (2 * keyValueRank + rotaryWidth) * past,
        read,
      };
}
