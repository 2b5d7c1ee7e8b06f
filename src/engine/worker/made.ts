/** What a session is made of, and whether one that stands serves for another. */

import type { Made, Opened } from '../../model/experiments/session';
import { type Inputs, numbersOf, type Settings } from '../../model/experiments/types';
import { equal } from './equal';

/** True if the session serves for what is asked without a new start: live settings and numbers may differ. */
export function fits(opened: Opened, { settings, seed, inputs }: Made): boolean {
  return (
    opened.seed === seed &&
    !differs(opened.settings, settings, opened.live) &&
    shapesOf(opened.inputs) === shapesOf(inputs) &&
    sameButNumbers(opened.inputs, inputs)
  );
}

/** True if settings other than the named ones differ. */
export function differs(a: Settings, b: Settings, except: readonly string[]): boolean {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].some(
    (name) => !except.includes(name) && a[name] !== b[name],
  );
}

/** True if texts, configurations and models are the same: `start` reads them, no step does. */
export const sameButNumbers = (a: Inputs, b: Inputs): boolean => equal(others(a), others(b));

const others = (inputs: Inputs): Inputs =>
  Object.fromEntries(Object.entries(inputs).filter(([, input]) => !('data' in input)));

/** Names and shapes of the numbers in words: what a captured step is made for. */
export const shapesOf = (inputs: Inputs): string =>
  Object.entries(numbersOf(inputs))
    .map(([name, { shape }]) => `${name} ${shape}`)
    .sort()
    .join();
