/**
 * What an author may get wrong, in sentences: the file, what was wrong, and what exists. Pure, so
 * that a test holds the wording.
 */
import { nearest } from './nearest';

/** "…/06-x.mdx: there is no source called fedus. Nearest are: fedus2021, …" */
export function unknown(file: string, what: string, name: string, known: string[]): Error {
  return new Error(`${file}: there is no ${what} called ${name}. ${nearest(name, known)}`);
}

/** Returns the name if it is known, else throws. */
export function known(file: string, what: string, name: string, names: string[]): string {
  if (names.includes(name)) return name;
  throw unknown(file, what, name, names);
}

/** A required attribute that is missing or empty. */
export function required<T>(
  file: string,
  component: string,
  name: string,
  value: T | undefined,
): T {
  if (value === undefined || value === '')
    throw new Error(`${file}: <${component}> needs the attribute ${name}.`);
  return value;
}

/** An attribute that takes one of a few words; absent is the component's own affair. */
export function oneOf(
  file: string,
  component: string,
  name: string,
  value: string | undefined,
  words: readonly string[],
): void {
  if (value !== undefined && !words.includes(value))
    throw new Error(
      `${file}: <${component} ${name}="${value}"> is not possible; it is one of ${words.join(', ')}.`,
    );
}

/** A heading's address is its words: nothing numbered may have the same, since a link finds the first. */
export function headingsApart(
  file: string,
  headings: { slug: string; text: string }[],
  ids: ReadonlyMap<string, unknown>,
): void {
  const taken = headings.find(({ slug }) => ids.has(slug));
  if (taken)
    throw new Error(
      `${file}: the heading “${taken.text}” has the address of what has the id ${taken.slug}. Give one of them another name.`,
    );
}

/** "collapse.balanced" → lab and goal, both of which must exist. */
export function goalOf(
  file: string,
  goal: string,
  labs: string[],
  goals: (lab: string) => string[],
): { lab: string; name: string } {
  const [lab, name, ...rest] = goal.split('.');
  if (!name || rest.length)
    throw new Error(
      `${file}: the goal ${goal} is not written as lab.goal, such as ${labs[0] ?? 'collapse'}.balanced.`,
    );
  known(file, 'lab', lab, labs);
  known(file, `goal of the lab ${lab}`, name, goals(lab));
  return { lab, name };
}

/** A sentence of someone else's (the lab's own checks) with the chapter's file before it. */
export function inFile(file: string, error: unknown): Error {
  const words = error instanceof Error ? error.message : String(error);
  return new Error(words.startsWith(file) ? words : `${file}: ${words}`);
}
