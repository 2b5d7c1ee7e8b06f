/** What the labs of station 05 call a router: the menu's words, and a run's short name. */
import { sentence } from '../../../lab/format';
import type { RunData } from '../../../lab/types';

const labels: Record<string, string> = {
  base: 'balanced assignment',
  'expert-choice': 'expert choice',
  gumbel: 'Gumbel, straight through',
  hash: 'hash of the token',
  'noisy-top-k': 'noisy top k',
  random: 'random',
  reinforce: 'REINFORCE',
  relu: 'ReLU',
  'sigmoid-normalised': 'sigmoid, normalised',
  sinkhorn: 'Sinkhorn',
  soft: 'soft slots',
  'softmax-top-k': 'softmax, top k',
  'softmax-top-k-renormalised': 'renormalised',
  'switch-top-1': 'Switch',
  'top-k-softmax': 'top k, softmax',
};

/** As menus and curves say it; a router that joined later has its own name. */
export const routerName = (run: Pick<RunData, 'settings'>): string =>
  labels[String(run.settings.router)] ?? String(run.settings.router);

/** The same at the start of a sentence. */
export const routerTitle = (run: Pick<RunData, 'settings'>): string => sentence(routerName(run));
