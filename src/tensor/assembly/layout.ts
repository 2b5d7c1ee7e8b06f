/** Bytes of a number. */
export const NUMBER: usize = 4;

/** Bytes of four numbers, as many as one instruction computes. */
export const FOUR: usize = 16;
