/**
 * A chapter's source, read once for what is numbered: figures (labs are figures), equations,
 * exercises, cited sources, terms. Components render in any order, so they look numbers up here.
 */

export type NumberedKind = 'figure' | 'equation' | 'exercise';

export interface Numbered {
  id: string;
  kind: NumberedKind;
  number: number;
}

export interface Outline {
  /** By id. */
  numbered: Map<string, Numbered>;
  /** Keys of cited sources, in the order of their first mention: the first is number 1. */
  cited: string[];
  /** What each Term names: its id, or the words inside. */
  terms: string[];
  labs: number;
  exercises: number;
}

const tag =
  /<(Lab|Figure|Equation|Exercise|Cite|Term)\b((?:[^>"'{]|"[^"]*"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\})*)>(?:([^<]*)<\/Term>)?/g;

/** Throws a sentence where two things in a chapter have the same id. */
export function outlineOf(body: string, file: string): Outline {
  const outline: Outline = {
    numbered: new Map(),
    cited: [],
    terms: [],
    labs: 0,
    exercises: 0,
  };
  const counts: Record<NumberedKind, number> = { figure: 0, equation: 0, exercise: 0 };
  const number = (kind: NumberedKind, id: string | undefined) => {
    if (!id) return;
    const before = outline.numbered.get(id);
    if (before)
      throw new Error(
        `${file}: two things have the id ${id} (a ${before.kind} and a ${kind}). Give one of them another id.`,
      );
    counts[kind]++;
    outline.numbered.set(id, { id, kind, number: counts[kind] });
  };
  const cite = (source: string | undefined) => {
    if (source && !outline.cited.includes(source)) outline.cited.push(source);
  };
  for (const [, name, attributes, words] of withoutCode(body).matchAll(tag)) {
    const id = attribute(attributes, 'id');
    if (name === 'Lab') {
      outline.labs++;
      number('figure', id ?? attribute(attributes, 'name'));
    } else if (name === 'Figure') number('figure', id);
    else if (name === 'Exercise') {
      outline.exercises++;
      number('exercise', id);
    } else if (name === 'Equation') {
      number('equation', id);
      cite(attribute(attributes, 'source'));
    } else if (name === 'Cite') cite(id);
    else if (id ?? words) outline.terms.push((id ?? words).trim());
  }
  return outline;
}

/** Fenced and inline code, and comments, hold examples and no components. */
const withoutCode = (body: string) =>
  body
    .replace(/^(```+|~~~+)[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\{\/\*[\s\S]*?\*\/\}/g, '');

const attribute = (attributes: string, name: string) =>
  attributes.match(new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|'([^']*)')`))?.slice(1).find(Boolean);
