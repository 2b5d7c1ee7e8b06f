/** The loss that a mixture of station 07 ends with. */
import { recent } from '../../../lab/run';
import type { RunData } from '../../../lab/types';

/** The mean of the last twentieth; not a number before there is one. */
export const lossOf = (lane: RunData): number => recent(lane, 'loss', 0.05)[0] ?? Number.NaN;
