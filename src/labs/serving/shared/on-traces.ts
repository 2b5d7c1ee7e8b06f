import type { Recording } from '../../../lab/types';
import type { Settings } from '../../../model/experiments/types';

/** A recording that replays what the lab of the cache hands out, of each seed its own trace. */
export const onTraces = (variant = 'default', settings: Settings = {}) =>
  ({ settings, model: { lab: 'cache', variant, eachSeed: true }, seeds: 5 }) satisfies Recording;
