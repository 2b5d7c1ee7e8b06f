/** A decoder that reads text by characters; every block is sparse, with SwiGLU experts. */
export interface TransformerCase {
  dim: number;
  layers: number;
  heads: number;
  attention: 'heads' | 'latent';
  /** Latent attention: widths of the shared latent and of the rotary channel. */
  keyValueRank?: number;
  rotaryWidth?: number;
  experts: number;
  topK: number;
  /** Hidden units of one expert. */
  hidden: number;
  sequences: number;
  length: number;
  balanceStrength: number;
}
