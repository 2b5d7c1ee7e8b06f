import { tabulated } from '../../../src/lab/table';
import byHand from '../../../src/labs/sparse-gates/by-hand';
import type { Settings } from '../../../src/model/experiments/types';
import { cliffs } from '../../../src/views/cliffs';
import { routeByHand } from '../../../src/views/route-by-hand';
import type { Example } from './types';

const at = (settings: Settings) => {
  if (byHand.plan?.kind !== 'table') throw new Error('One token is routed at once.');
  const all = { router: 'softmax-top-k', topK: 1, learningRate: 0.5, ...settings };
  return tabulated(byHand, byHand.plan, { settings: all, seed: 1 });
};

const states: [string, Settings][] = [
  ['softmax first', {}],
  ['always 1', { router: 'softmax-top-k-renormalised' }],
  ['two after the choice', { router: 'top-k-softmax', topK: 2 }],
  ['straight through', { router: 'gumbel' }],
  ['relu', { router: 'relu' }],
];

export const examples: Example[] = states.flatMap(([state, settings]) =>
  [routeByHand, cliffs].map((view) => ({ view, state, run: at(settings) })),
);
