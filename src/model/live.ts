/** Live values: what is said of one that nothing reads, and of one that is missing. */
import { settingsTable } from './settings';
import type { Router } from './types';

/** What the members of the library read beside the settings of labs. */
const readSomewhere = [
  'learningRate',
  'momentum',
  'weightDecay',
  'temperature',
  'routeScale',
  'jitter',
];

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
    (name) =>
      !reads.includes(name) && !readSomewhere.includes(name) && !Object.hasOwn(settingsTable, name),
  );
  if (unread === undefined) return;
  const list = reads.length ? reads.join(', ') : 'none';
  throw new Error(
    `Nothing reads the live value "${unread}". ${who} reads ${list}${instead ? `; ${instead}` : ''}.`,
  );
}
