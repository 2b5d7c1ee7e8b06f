/** What the labs of the balance chapter say about a run: shares, the dead, the overload. */

import { count, percent, some, value } from '../../../lab/format';
import { latest, recent } from '../../../lab/run';
import type { Findings, RunData } from '../../../lab/types';
import { letter } from '../../../views/marks/bullet';

/** Dead: an expert with less than this part of its fair share, as the chapter and glossary say. */
const deadBelow = 0.02;

/** The end of a run: its last twentieth. */
const end = 0.05;

export interface Balance {
  /** Each expert's share of the assignments. */
  shares: number[];
  /** Experts by share, the busiest first. */
  ranked: number[];
  dead: number;
  topTwo: number;
  /** Of the shares as a whole (wang2024: MaxVio global). */
  maxVioGlobal: number;
  /** Of each batch, then averaged (wang2024: MaxVio batch): never 0, even for fair choices. */
  maxVioBatch: number;
  dropped: number;
}

/** The state of the load, averaged over the last twentieth of the run. */
function balanceOf(run: RunData): Balance {
  const shares = recent(run, 'load', end);
  const ranked = shares.map((_, i) => i).sort((a, b) => shares[b] - shares[a]);
  const experts = Math.max(1, shares.length);
  return {
    shares,
    ranked,
    dead: shares.filter((share) => share * experts < deadBelow).length,
    topTwo: ranked.slice(0, 2).reduce((sum, expert) => sum + shares[expert], 0),
    maxVioGlobal: Math.max(0, ...shares) * experts - 1,
    maxVioBatch: recent(run, 'maxVio', end)[0] ?? Number.NaN,
    dropped: recent(run, 'dropped', end)[0] ?? 0,
  };
}

/** The finding as a title. */
export function balanceTitle(run: RunData, findings: Findings): string {
  const { shares, ranked } = balanceOf(run);
  if (!shares.length) return 'No token has been routed yet';
  const { deadExperts, topTwoShare, maxVioGlobal } = findings;
  if (maxVioGlobal < 0.25)
    return run.events.length
      ? `The load evens out: no expert is more than ${percent(maxVioGlobal)} above its fair share`
      : `Every expert works: none is more than ${percent(maxVioGlobal)} above its fair share`;
  const busiest = `${letter(ranked[0])} takes ${percent(shares[ranked[0]])} of the assignments`;
  if (topTwoShare > 0.75) return `Two experts take ${percent(topTwoShare)} of the assignments`;
  if (deadExperts > 0)
    return `${some(deadExperts, 'expert')} of ${shares.length} ${deadExperts === 1 ? 'is' : 'are'} dead; ${busiest}`;
  return `${busiest}; a fair share is ${percent(1 / shares.length)}`;
}

export function balanceWords(run: RunData, findings: Findings): string {
  const { shares, ranked } = balanceOf(run);
  if (!shares.length) return 'No token has been routed yet.';
  const { deadExperts, maxVioGlobal, maxVioBatch, droppedShare } = findings;
  const lost =
    droppedShare > 0.0005 ? ` ${percent(droppedShare, 1)} of the assignments are dropped.` : '';
  return `The busiest expert, ${letter(ranked[0])}, takes ${percent(shares[ranked[0]])}; ${deadExperts} of ${count(shares.length)} are dead. Global MaxVio is ${value(maxVioGlobal)}, batch MaxVio ${value(maxVioBatch)}${byChance(run)}.${lost}`;
}

/** MaxVio of a batch whose tokens choose at random, as the session says. */
const chanceOf = (run: RunData): number | undefined =>
  run.facts?.chanceMaxVio === undefined ? undefined : Number(run.facts.chanceMaxVio);

function byChance(run: RunData): string {
  const chance = chanceOf(run);
  return chance === undefined ? '' : ` (${value(chance)} by chance)`;
}

/** Mean of a metric over steps 81 to 100. */
function early(run: RunData, metric: string): number {
  const rows = (run.metrics[metric] ?? []).filter(
    (_, i) => run.steps[i] > 80 && run.steps[i] <= 100,
  );
  return rows.length ? rows.reduce((sum, [first]) => sum + first, 0) / rows.length : Number.NaN;
}

/** Whether a reader's code, or an exercise's, is at work: only that can make one expert special. */
const hasCode = (run: RunData) => Boolean(run.code?.length);

/** Share of the first expert over the mean share of the others. */
const firstToOthers = ([first, ...others]: number[]): number =>
  (first * others.length) / others.reduce((sum, share) => sum + share, 0);

/** MaxVio among all experts but the first. */
const othersMaxVio = ([, ...others]: number[]): number =>
  (Math.max(...others) * others.length) / others.reduce((sum, share) => sum + share, 0) - 1;

export function balanceFindings(run: RunData): Findings {
  const { shares, ranked, dead, topTwo, maxVioGlobal, maxVioBatch, dropped } = balanceOf(run);
  const changedAt = run.events[0]?.step;
  const chance = chanceOf(run);
  return {
    finalLoss: recent(run, 'loss', end)[0] ?? latest(run, 'loss'),
    busiestShare: shares[ranked[0]] ?? Number.NaN,
    topTwoShare: topTwo,
    deadExperts: dead,
    maxVioGlobal,
    maxVioBatch,
    firstMaxVio: run.metrics.maxVio?.[0]?.[0] ?? Number.NaN,
    earlyMaxVio: early(run, 'maxVio'),
    firstBalanceLoss: run.metrics.balanceLoss?.[0]?.[0] ?? Number.NaN,
    balanceLoss: recent(run, 'balanceLoss', end)[0] ?? Number.NaN,
    droppedShare: dropped,
    ...(hasCode(run) && {
      firstToOthers: firstToOthers(shares),
      othersMaxVio: othersMaxVio(shares),
    }),
    ...(chance !== undefined && { chanceMaxVio: chance }),
    ...(changedAt !== undefined && { changedAt }),
  };
}
