import { logitArrows } from '../../../src/views/logit-arrows';
import { probe, runOf } from './shared';
import type { Example } from './types';

/** Token 0 chose A, token 1 chose C. */
const chosen = probe([2, 4], (token, expert) => (expert === 2 * token ? 1 : 0));

export const examples: Example[] = [
  {
    view: logitArrows,
    state: 'others move too',
    run: runOf({
      probes: {
        chosen,
        slopes: probe([2, 4], (token, expert) => (expert === 2 * token ? -0.4 : 0.1)),
      },
    }),
  },
  {
    view: logitArrows,
    state: 'nothing arrives',
    run: runOf({ probes: { chosen, slopes: probe([2, 4], () => 0) } }),
  },
  {
    view: logitArrows,
    state: 'no logits',
    run: runOf({ probes: { chosen: probe([2, 4], () => 0), slopes: probe([2, 4], () => 0) } }),
  },
];
