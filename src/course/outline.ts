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

export interface ShownLab {
  /** Anchor, and prefix in the address. */
  id: string;
  lab: string;
  /** The recorded run in front. */
  run: string;
  /** True where the chapter starts it with settings that are not the lab's own. */
  altered: boolean;
}

export interface Outline {
  /** By id. */
  numbered: Map<string, Numbered>;
  /** Keys of cited sources, in the order of their first mention: the first is number 1. */
  cited: string[];
  /** What each Term names: its id, or the words inside. */
  terms: string[];
  labs: number;
  /** What each figure of a lab begins with. */
  shown: ShownLab[];
  exercises: number;
}

const numberedTags = /<(Lab|Figure|Equation|Exercise|Cite|Term)\b/g;

/** Throws a sentence where two things in a chapter have the same id. */
export function outlineOf(body: string, file: string): Outline {
  const outline: Outline = {
    numbered: new Map(),
    cited: [],
    terms: [],
    labs: 0,
    shown: [],
    exercises: 0,
  };
  const counts: Record<NumberedKind, number> = { figure: 0, equation: 0, exercise: 0 };
  const number = (kind: NumberedKind, id: string | undefined) => {
    if (!id) return;
    const before = outline.numbered.get(id);
    if (before)
      throw new Error(
        `${file}: two things have the id ${id} (${before.kind} and ${kind}). Give one of them another id.`,
      );
    counts[kind]++;
    outline.numbered.set(id, { id, kind, number: counts[kind] });
  };
  const cite = (source: string | undefined) => {
    if (source && !outline.cited.includes(source)) outline.cited.push(source);
  };
  const text = withoutCode(body);
  for (const { 1: name, 0: opening, index } of text.matchAll(numberedTags)) {
    const start = index + opening.length;
    const end = endOfTag(text, start);
    const attributes = text.slice(start, end);
    const id = attribute(attributes, 'id');
    if (name === 'Lab') {
      const lab = attribute(attributes, 'name');
      outline.labs++;
      if (lab)
        outline.shown.push({
          id: id ?? lab,
          lab,
          run: attribute(attributes, 'run') ?? 'default',
          altered: /(?:^|\s)settings=/.test(attributes),
        });
      number('figure', id ?? lab);
    } else if (name === 'Figure') number('figure', id);
    else if (name === 'Exercise') {
      outline.exercises++;
      number('exercise', id);
    } else if (name === 'Equation') {
      number('equation', id);
      cite(attribute(attributes, 'source'));
    } else if (name === 'Cite') cite(id);
    else outline.terms.push((id ?? text.slice(end + 1, text.indexOf('</Term>', end))).trim());
  }
  return outline;
}

/** Index of the > that closes a tag: braces nest, and what stands in quotes does not count. */
function endOfTag(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const c = text[i];
    if (c === '"' || (depth > 0 && (c === "'" || c === '`'))) {
      for (i++; i < text.length && text[i] !== c; i++) if (depth > 0 && text[i] === '\\') i++;
    } else if (c === '{') depth++;
    else if (c === '}') depth--;
    else if (c === '>' && depth === 0) return i;
  }
  return text.length;
}

/** Fenced and inline code, and comments, hold examples and no components. */
const withoutCode = (body: string) =>
  body
    .replace(/^(```+|~~~+)[\s\S]*?^\1/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/\{\/\*[\s\S]*?\*\/\}/g, '');

const attribute = (attributes: string, name: string) =>
  attributes
    .match(new RegExp(`(?:^|\\s)${name}=(?:"([^"]*)"|'([^']*)')`))
    ?.slice(1)
    .find(Boolean);
