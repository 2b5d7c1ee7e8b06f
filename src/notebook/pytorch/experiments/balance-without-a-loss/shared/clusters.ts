import type { Settings } from '../../../../../model/experiments/types';

/** Station 06's mixture as this station takes it. */
export const clusters: Settings = {
  experts: 8,
  topK: 2,
  routerDeviation: 0.01,
  common: 1,
  skew: 0,
};
