/**
 * What a backend computes for op.ts, which it has where it has both kernels:
 *
 * - `SwitchyardEmbedding`: weight [words, dim], tokens [n] int32 → [n, dim]; zeros where a token
 *   is no word.
 * - `SwitchyardEmbeddingGradient`: dy [n, dim], tokens; attribute `words` → that of weight,
 *   [words, dim], each number summed in the order of the tokens.
 */
export const embeddingKernel = 'SwitchyardEmbedding';
