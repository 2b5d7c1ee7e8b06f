/**
 * A decoder without experts that reads one sequence a step: SwiGLU blocks, rotary positions, and a
 * head that is the embedding. What the npm package webgpu-llm trains, too.
 */
export interface DecoderConfig {
  dim: number;
  layers: number;
  heads: number;
  /** Hidden units of a block. */
  hidden: number;
  /** Words of the model: as many as the text has characters, or more. */
  vocabulary: number;
  /** Characters of the sequence. */
  length: number;
}
