/** What went wrong in a reader's code, as a sentence that names the line of the cell. */
import { headerLines } from './evaluate';

/** Where the cell's text begins in its file, or the texts of all cells of that file, in order. */
const place = /your-code-from-(\d+(?:\+\d+)*)(?:-in-([\w-]+))?:(\d+)/;

/** The line of the cell in which an error arose, from 1; undefined where it arose elsewhere. */
export const lineOf = (error: unknown): number | undefined => placeOf(error)?.line;

function placeOf(error: unknown): { line: number; cell?: string } | undefined {
  const [, from, cell, line] = place.exec(error instanceof Error ? (error.stack ?? '') : '') ?? [];
  if (line === undefined) return undefined;
  const at = Number(line) - headerLines;
  const starts = from.split('+').map(Number);
  const start = starts.findLast((each) => each <= at) ?? starts[0];
  return { line: at - start + 1, cell };
}

/**
 * The error with a message that names the line, and says what to do where that is known. `cell`
 * is the one that ran, where there are several: a line of another is said to be one.
 */
export function explained(error: unknown, cell?: string): Error {
  const at = placeOf(error);
  const words = inWords(error instanceof Error ? error.message : String(error));
  if (!at || /^Line \d+/.test(words)) return new Error(words);
  const other = at.cell && at.cell !== cell ? ` of the cell “${at.cell}”` : '';
  return new Error(`Line ${at.line}${other}: ${words}`);
}

const known: [RegExp, string][] = [
  [
    /Cannot compute gradient/,
    'no gradient reaches one of the trained weights: what is returned must be computed from it, without a step on the way that has no slope.',
  ],
  [/Maximum call stack/, 'a function calls itself without end.'],
  [
    // TensorFlow.js looks for a disposed tensor's backend before it says so.
    /is disposed|of undefined \(reading 'backend'\)/,
    'a tensor is used after it was disposed: what a step makes is released by itself.',
  ],
  [
    /Invalid array length|Array buffer allocation failed|out of memory/i,
    'the code asks for more memory than there is.',
  ],
];

const inWords = (message: string): string =>
  known.find(([pattern]) => pattern.test(message))?.[1] ??
  (/[.!?]$/.test(message) ? message : `${message}.`);
