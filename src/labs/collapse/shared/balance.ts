/** What the labs of the balance chapter say about a run: shares, the dead, the overload. */

import { count, percent, some, value } from '../../../lab/format';
import { latest, recent } from '../../../lab/run';
import type { RunData } from '../../../lab/types';
import { letter } from '../../../views/bullet';

/** Below this share of its fair part an expert counts as dead. */
const deadBelow = 0.02;

export interface Balance {
  shares: number[];
  /** Experts by share, the busiest first. */
  ranked: number[];
  dead: number;
  topTwo: number;
  maxVio: number;
  dropped: number;
}

/** The state of the load, averaged over the last twentieth of the run. */
export function balanceOf(run: RunData): Balance {
  const shares = recent(run, 'load', 0.05);
  const ranked = shares.map((_, i) => i).sort((a, b) => shares[b] - shares[a]);
  const experts = Math.max(1, shares.length);
  const dropped = recent(run, 'dropped', 0.05)[0] ?? 0;
  return {
    shares,
    ranked,
    dead: shares.filter((share) => share * experts < deadBelow).length,
    topTwo: ranked.slice(0, 2).reduce((sum, expert) => sum + shares[expert], 0),
    maxVio: Math.max(0, ...shares) * experts - 1,
    dropped,
  };
}

/** The finding as a title. */
export function balanceTitle(run: RunData): string {
  const { shares, ranked, dead, topTwo, maxVio } = balanceOf(run);
  if (!shares.length) return 'No token has been routed yet';
  const switched = run.events.at(-1);
  if (maxVio < 0.25)
    return switched
      ? `The load evens out: no expert is more than ${percent(maxVio)} above its fair share`
      : `Every expert works: none is more than ${percent(maxVio)} above its fair share`;
  if (topTwo > 0.75) return `Two experts take ${percent(topTwo)} of the tokens`;
  if (dead > 0)
    return `${some(dead, 'expert')} of ${shares.length} ${dead === 1 ? 'is' : 'are'} dead; ${letter(ranked[0])} takes ${percent(shares[ranked[0]])} of the tokens`;
  return `${letter(ranked[0])} takes ${percent(shares[ranked[0]])} of the tokens, its fair share is ${percent(1 / shares.length)}`;
}

export function balanceWords(run: RunData): string {
  const { shares, ranked, dead, maxVio, dropped } = balanceOf(run);
  if (!shares.length) return 'No token has been routed yet.';
  const lost = dropped > 0.0005 ? `, ${percent(dropped)} of the tokens dropped` : '';
  return `Busiest ${letter(ranked[0])} ${percent(shares[ranked[0]])}, dead ${dead} of ${count(shares.length)}, MaxVio ${value(maxVio)}${lost}.`;
}

export function balanceFindings(run: RunData): Record<string, number> {
  const { shares, ranked, dead, topTwo, maxVio, dropped } = balanceOf(run);
  const before = run.events[0]?.step;
  return {
    finalLoss: recent(run, 'loss', 0.05)[0] ?? latest(run, 'loss'),
    busiestShare: shares[ranked[0]] ?? Number.NaN,
    topTwoShare: topTwo,
    deadExperts: dead,
    maxVio,
    droppedShare: dropped,
    ...(before !== undefined && { changedAt: before }),
  };
}
