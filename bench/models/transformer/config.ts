/** What attention by heads and its tables have to know. */
export interface HeadsCase {
  dim: number;
  heads: number;
  length: number;
}

/** A decoder that reads text by characters; every block is sparse, with SwiGLU experts. */
export interface TransformerCase extends HeadsCase {
  layers: number;
  attention: 'heads' | 'latent';
  /** Latent attention: widths of the shared latent and of the rotary channel. */
  keyValueRank?: number;
  rotaryWidth?: number;
  experts: number;
  topK: number;
  /** Hidden units of one expert. */
  hidden: number;
  sequences: number;
  balanceStrength: number;
}
