/** The toy task of station 06: tokens in clusters, each with an answer of its own. */
import type { Setting } from './types';

export const clusters = {
  common: {
    kind: 'number',
    label: 'what all tokens share',
    change: 'restart',
    help: 'Size of the direction that all tokens share and of the part of the answer that they share. At 0 there is neither.',
    min: 0,
    max: 1,
    step: 0.25,
    default: 1,
  },
  skew: {
    kind: 'number',
    label: 'uneven clusters',
    symbol: 's',
    change: 'restart',
    help: 'The r-th cluster is drawn in proportion to 1 / rˢ. At 0 all clusters are drawn equally often.',
    min: 0,
    max: 2,
    step: 0.25,
    default: 0,
  },
} as const satisfies Record<string, Setting>;
