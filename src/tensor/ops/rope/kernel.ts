/**
 * What a backend computes for op.ts:
 *
 * - `SwitchyardRope`: x [groups, positions, width], table [positions, width]: cosine and sine of
 *   each plane's angle by turns → like x; attribute `back`: the other way round.
 */
export const ropeKernel = 'SwitchyardRope';
