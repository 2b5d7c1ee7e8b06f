/** Names of rows, columns, panels and curves: experts, words among a run's facts, or given ones. */
import type { RunData } from '../lab/types';
import { letter } from './marks/bullet';

/** `{ fact }` names a list of words among the facts. */
export type Names = 'experts' | 'numbers' | { fact: string } | readonly string[];

export function namesOf(run: RunData, names: Names, count: number): string[] {
  const given = typeof names === 'object' && 'fact' in names ? run.facts?.[names.fact] : names;
  return Array.from({ length: count }, (_, i) => {
    if (names === 'experts') return letter(i);
    return Array.isArray(given) && given[i] !== undefined ? String(given[i]) : String(i + 1);
  });
}

/** The facts that names are taken from. */
export const factsOf = (...all: (Names | undefined)[]): string[] =>
  all.flatMap((names) =>
    names && typeof names === 'object' && 'fact' in names ? [names.fact] : [],
  );
