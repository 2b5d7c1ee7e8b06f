/** Live values: what is said of one that nothing reads, and of one that is missing. */
import type { SettingName } from './settings';
import type { Router } from './types';

/**
 * Settings of labs that change while a model trains. A test holds the names to the table, whose
 * words and ranges no worker needs.
 */
export const liveSettings: readonly SettingName[] = [
  'learningRate',
  'balanceStrength',
  'biasRate',
  'zLoss',
  'capacityFactor',
  'temperature',
  'jitter',
  'deviation',
  'newton',
  'evenGate',
  'penalty',
  'position',
  'push',
  'sharedWeight',
  'expertLoss',
  'deviceLoss',
  'trafficLoss',
  'minimality',
  'simplicity',
  'furtherWeight',
  'drafts',
  'writingTemperature',
  'cacheRoom',
  'guessAhead',
  'stays',
  'kindsAsked',
  'users',
  'spares',
  'devices',
  'foresight',
  'batchShown',
  'drift',
];

/** What the members of the library read beside those. */
const readSomewhere: readonly string[] = [...liveSettings, 'momentum', 'weightDecay', 'routeScale'];

/** What a member reads, and which of it has to be there. */
export interface Reads {
  /** As the sentence calls it: "Adam", "The router …". */
  who: string;
  live: readonly string[];
  needs?: readonly string[];
  /** How its other numbers are set. */
  instead?: string;
}

/** What a router reads, as its layer says it. */
export const routerReads = ({ label, live = [] }: Pick<Router, 'label' | 'live'>): Reads => ({
  who: `The router "${label}"`,
  live,
});

/**
 * Throws a sentence if a live value is missing, or if neither this member nor anything else that a
 * step may hand its values to knows the name: a slip would go unnoticed. A lab's other live
 * settings may come along.
 */
export function checkLive(
  { who, live: reads, needs = [], instead }: Reads,
  live: Record<string, unknown> = {},
): void {
  const missing = needs.find((name) => live[name] === undefined);
  if (missing) throw new Error(`${who} needs the live value "${missing}"; it is not there.`);
  const unread = Object.keys(live).find(
    (name) => !reads.includes(name) && !readSomewhere.includes(name),
  );
  if (unread === undefined) return;
  const list = reads.length ? reads.join(', ') : 'none';
  throw new Error(
    `Nothing reads the live value "${unread}". ${who} reads ${list}${instead ? `; ${instead}` : ''}.`,
  );
}
