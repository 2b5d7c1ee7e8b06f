/**
 * A lab in the address: `collapse.topK=1&collapse.seed=3&rung=wasm`. Only what differs from the
 * default is written. What cannot be used is answered in words and replaced by the default, so a
 * link never silently loads something else than it says.
 */
import type { Rung } from '../engine/protocol';
import type { Settings } from '../model/experiments/types';
import { type Control, check, parse, valueInWords } from './settings';

export const rungs: Rung[] = ['webgpu', 'wasm', 'cpu', 'recorded'];
export const largestSeed = 2 ** 31 - 1;

export interface Address {
  /** Only what the address sets and the controls accept. */
  settings: Settings;
  seed: number;
  rung?: Rung;
  /** A drawn input, still encoded (draw.ts reads it). */
  drawn?: string;
  /** A teacher's link: controls to leave out, and to show without letting them change. */
  hide: string[];
  lock: string[];
  /** What could not be used, one sentence each. */
  words: string[];
}

/** Reads one lab's part of a query string; other labs' parts are not looked at. */
export function readAddress(lab: string, controls: Control[], query: URLSearchParams): Address {
  const found: Address = { settings: {}, seed: 1, hide: [], lock: [], words: [] };
  const seen = new Set<string>();
  for (const [key, word] of query) {
    if (key === 'rung') readRung(found, word);
    if (!key.startsWith(`${lab}.`)) continue;
    const name = key.slice(lab.length + 1);
    if (seen.has(name)) {
      found.words.push(`The address gives ${key} twice; the first one counts.`);
      continue;
    }
    seen.add(name);
    if (name === 'seed') readSeed(found, word);
    else if (name === 'drawn') found.drawn = word;
    else if (name === 'hide' || name === 'lock') readNames(found, name, word, controls);
    else readSetting(found, name, word, controls, lab);
  }
  return found;
}

function readSetting(
  found: Address,
  name: string,
  word: string,
  controls: Control[],
  lab: string,
): void {
  const control = controls.find((candidate) => candidate.name === name);
  if (!control) {
    found.words.push(
      `The address sets ${name}, which this lab (${lab}) does not have; it is left out.`,
    );
    return;
  }
  const { value, words } = check(control, parse(control, word));
  if (words) {
    const instead = valueInWords(control, control.default);
    found.words.push(
      `${name}=${shorten(word)} in the address ${words}; ${instead} is used instead.`,
    );
  } else found.settings[name] = value;
}

function readSeed(found: Address, word: string): void {
  const seed = word.trim() === '' ? Number.NaN : Number(word);
  if (Number.isInteger(seed) && seed >= 0 && seed <= largestSeed) found.seed = seed;
  else
    found.words.push(
      `seed=${shorten(word)} in the address is not a whole number from 0 to ${largestSeed}; 1 is used instead.`,
    );
}

function readRung(found: Address, word: string): void {
  if ((rungs as string[]).includes(word)) found.rung = word as Rung;
  else
    found.words.push(
      `rung=${shorten(word)} in the address is none of ${rungs.join(', ')}; the fastest that works is used instead.`,
    );
}

/** `hide=all` and `lock=experts,topK`. */
function readNames(found: Address, list: 'hide' | 'lock', word: string, controls: Control[]): void {
  const names = controls.map((control) => control.name);
  for (const name of word.split(',').filter(Boolean)) {
    if (name === 'all') found[list].push(...names);
    else if (names.includes(name)) found[list].push(name);
    else
      found.words.push(
        `The address would ${list} ${shorten(name)}, which this lab does not have; it is left out.`,
      );
  }
}

const shorten = (word: string) => (word.length > 24 ? `${word.slice(0, 24)}…` : word);

/** The parts of a query string that make this lab what it is now; all others are kept. */
export function writeAddress(
  lab: string,
  controls: Control[],
  now: { settings: Settings; seed: number; rung?: Rung; drawn?: string },
  before: URLSearchParams = new URLSearchParams(),
): URLSearchParams {
  const query = new URLSearchParams();
  const keep = ['hide', 'lock'].map((name) => `${lab}.${name}`);
  for (const [key, word] of before)
    if (keep.includes(key) || (key !== 'rung' && !key.startsWith(`${lab}.`)))
      query.append(key, word);
  for (const control of controls) {
    const value = now.settings[control.name];
    if (value !== undefined && value !== control.default)
      query.append(`${lab}.${control.name}`, String(value));
  }
  if (now.seed !== 1) query.append(`${lab}.seed`, String(now.seed));
  if (now.drawn) query.append(`${lab}.drawn`, now.drawn);
  if (now.rung) query.append('rung', now.rung);
  return query;
}
