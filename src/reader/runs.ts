/**
 * The reader's past runs in the browser's storage, small: a few hundred numbers each, no probes.
 * Every tab adds to what it finds, so that none takes another's runs away. What cannot be read is
 * set aside, not thrown away, and named.
 */
import { compact, thin } from '../lab/run';
import type { Run } from '../lab/types';
import { readRun } from './read-run';
import { storage } from './storage';

const mostKept = 8;
const rows = 96;

const keyOf = (lab: string) => `runs.${lab}`;
/** Where what cannot be read is set aside. */
export const asideOf = (lab: string) => `${keyOf(lab)}.unread`;

export interface KeptRuns {
  runs: Run[];
  /** What could not be read, in sentences. */
  notes: string[];
}

/** Of one lab on one page. */
export function keptRuns(lab: string): KeptRuns {
  const text = storage.get(keyOf(lab));
  if (text === undefined) return { runs: [], notes: [] };
  const unread: { value: unknown; why: string }[] = [];
  const runs: Run[] = [];
  listIn(text, unread).forEach((value, place) => {
    try {
      runs.push(readRun(value, lab.split('.')[0], place));
    } catch (error) {
      unread.push({ value, why: (error as Error).message });
    }
  });
  if (!unread.length) return { runs, notes: [] };
  storage.set(asideOf(lab), JSON.stringify(unread.map(({ value }) => value)));
  write(lab, runs);
  return { runs, notes: [setAside(unread, asideOf(lab))] };
}

function listIn(text: string, unread: { value: unknown; why: string }[]): unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    if (Array.isArray(found)) return found;
    unread.push({ value: found, why: 'it is no list of runs' });
  } catch {
    unread.push({ value: text, why: 'it is cut short or was written by something else' });
  }
  return [];
}

const setAside = (unread: { why: string }[], where: string) =>
  `${unread.length === 1 ? 'A past run' : `${unread.length} past runs`} kept in this browser could not be read: ${unread[0].why}. The lab works without; what was stored is set aside as switchyard.${where}.`;

/**
 * Adds runs to those that are stored: other tabs' stay, the latest few of all. False where the
 * browser would not keep them.
 */
export function keepRuns(lab: string, runs: Run[]): boolean {
  if (!runs.length) return true;
  const ids = new Set(runs.map(({ id }) => id));
  const small = runs.map((run) => compact(thin(withoutInputs(run), rows), 4));
  return write(lab, [...keptRuns(lab).runs.filter(({ id }) => !ids.has(id)), ...small]);
}

export const dropRuns = (lab: string): void => storage.remove(keyOf(lab));

/** As many of the latest as there is room for; false if for none. */
function write(lab: string, runs: Run[]): boolean {
  const sorted = runs.toSorted((a, b) => (a.started ?? '').localeCompare(b.started ?? ''));
  for (let most = Math.min(mostKept, runs.length); most > 0; most = Math.floor(most / 2))
    if (storage.set(keyOf(lab), JSON.stringify(sorted.slice(-most)))) return true;
  if (!runs.length) storage.remove(keyOf(lab));
  return !runs.length;
}

/** Inputs may be long, and a past run is only looked at. */
const withoutInputs = ({ inputs: _, ...run }: Run): Run => run;
