/**
 * A lab in the address: `collapse.topK=1&collapse.seed=3&rung=wasm`. Only what differs from the
 * default is written. What cannot be used is answered in words and replaced by the default, so a
 * link never silently loads something else than it says.
 */
import type { Rung } from '../engine/protocol';
import type { Settings } from '../model/experiments/types';
import type { InputWords } from './inputs/chosen';
import { activeControls, type Control, check, parse, settle, valueInWords } from './settings';
import { shorten } from './strangers';
import type { Axis } from './types';

export const rungs: Rung[] = ['webgpu', 'wasm', 'cpu', 'recorded'];
export const largestSeed = 2 ** 31 - 1;

export interface Address {
  /** Only what the address sets and the controls accept. */
  settings: Settings;
  seed: number;
  rung?: Rung;
  axis?: Axis;
  /** Inputs, still encoded: '' for a preset or the lab's only input, else by name. */
  inputs: InputWords;
  /** A curve as addresses of an earlier version hold it. */
  drawn?: string;
  /** A teacher's link: controls to leave out, and to show without letting them change. */
  hide: string[];
  lock: string[];
  /** What could not be used, one sentence each. */
  words: string[];
}

/** Reads one lab's part of a query string; other labs' parts are not looked at. */
export function readAddress(
  lab: string,
  controls: Control[],
  query: URLSearchParams,
  axes: Axis[] = [],
): Address {
  const found: Address = { settings: {}, seed: 1, inputs: {}, hide: [], lock: [], words: [] };
  const given = onlyFirst(lab, query, found.words);
  const take = (name: string, read: (word: string) => void) => {
    const word = given.get(name);
    given.delete(name);
    if (word !== undefined) read(word);
  };
  const rung = query.get('rung');
  if (rung !== null) readRung(found, rung);
  take('seed', (word) => readSeed(found, word));
  take('drawn', (word) => {
    found.drawn = word;
  });
  if (axes.length) take('axis', (word) => readAxis(found, word, axes));
  for (const name of [...given.keys()].filter((name) => /^input(\.|$)/.test(name)))
    take(name, (word) => {
      found.inputs[name.slice('input.'.length)] = word;
    });
  // A task brings options of its own: which, is known once the task is.
  for (const { name } of controls)
    take(name, (word) => readSetting(found, name, word, controls, lab));
  const all = activeControls(controls, { ...defaultsOf(controls), ...found.settings });
  for (const list of ['hide', 'lock'] as const)
    take(list, (word) => readNames(found, list, word, all));
  for (const name of [...given.keys()])
    take(name, (word) => readSetting(found, name, word, all, lab));
  return found;
}

/** The lab's entries by name; of one that is given twice the first counts. */
function onlyFirst(lab: string, query: URLSearchParams, words: string[]): Map<string, string> {
  const given = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [key, word] of query) {
    const own = key.startsWith(`${lab}.`);
    if (!own && key !== 'rung') continue;
    const name = own ? key.slice(lab.length + 1) : '';
    if (given.has(name)) repeated.add(key);
    else given.set(name, word);
  }
  for (const key of repeated)
    words.push(`The address gives ${shorten(key)} more than once; the first one counts.`);
  given.delete('');
  return given;
}

const defaultsOf = (controls: Control[]): Settings =>
  Object.fromEntries(controls.map((control) => [control.name, control.default]));

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
      `The address sets ${shorten(name)}, which this lab (${lab}) does not have; it is left out.`,
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
  const seed = seedIn(word);
  if (seed !== undefined) found.seed = seed;
  else
    found.words.push(
      `seed=${shorten(word)} in the address is not a whole number from 0 to ${largestSeed}; 1 is used instead.`,
    );
}

/** The seed that a word says; undefined where it says none, as an emptied field does. */
export function seedIn(word: string): number | undefined {
  const seed = word.trim() === '' ? Number.NaN : Number(word);
  return Number.isInteger(seed) && seed >= 0 && seed <= largestSeed ? seed : undefined;
}

function readRung(found: Address, word: string): void {
  if ((rungs as string[]).includes(word)) found.rung = word as Rung;
  else
    found.words.push(
      `rung=${shorten(word)} in the address is none of ${rungs.join(', ')}; the fastest that works is used instead.`,
    );
}

function readAxis(found: Address, word: string, axes: Axis[]): void {
  if ((axes as string[]).includes(word)) found.axis = word as Axis;
  else
    found.words.push(
      `axis=${shorten(word)} in the address is none of ${axes.join(', ')}; ${axes[0]} is used instead.`,
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

/** What makes a lab what it is now. */
export interface Addressed {
  settings: Settings;
  seed: number;
  rung?: Rung;
  axis?: Axis;
  inputs?: InputWords;
}

/** The parts of a query string that make this lab what it is now; all others are kept. */
export function writeAddress(
  lab: string,
  controls: Control[],
  now: Addressed,
  before: URLSearchParams = new URLSearchParams(),
): URLSearchParams {
  const query = new URLSearchParams();
  const keep = ['hide', 'lock'].map((name) => `${lab}.${name}`);
  for (const [key, word] of before)
    if (keep.includes(key) || (key !== 'rung' && !key.startsWith(`${lab}.`)))
      query.append(key, word);
  for (const control of activeControls(controls, settle(controls, now.settings))) {
    const value = now.settings[control.name];
    if (value !== undefined && value !== control.default)
      query.append(`${lab}.${control.name}`, String(value));
  }
  if (now.seed !== 1) query.append(`${lab}.seed`, String(now.seed));
  for (const [name, word] of Object.entries(now.inputs ?? {}))
    query.append(name ? `${lab}.input.${name}` : `${lab}.input`, word);
  if (now.axis) query.append(`${lab}.axis`, now.axis);
  if (now.rung) query.append('rung', now.rung);
  return query;
}
