/** A declaration of the library in a reader's own words. */

/** Where a declaration stands in its file: what a page is built with. */
export interface Place {
  /** "src/model/routers/softmax-top-k.ts" */
  file: string;
  /** As `<Code>` names it: "route", "default.loss". */
  name: string;
  /** Characters of the file that it takes, whole lines. */
  start: number;
  end: number;
  /** Spaces before its first line. */
  indent: number;
  /** Line of the file on which it starts, from 1. */
  firstLine: number;
}

export interface Edit extends Place {
  /** What stands there instead. */
  source: string;
}

/** Longest text of a cell. */
export const mostCharacters = 20_000;

/** Characters that turn the direction of writing, or are not seen: code must be what it looks like. */
const unseen = /(?![\n\t\r])[\p{Cc}\p{Cf}]/u;

/** A sentence if a text may not be tried at all. */
export function refusal(source: string): string | undefined {
  if (source.length > mostCharacters)
    return `The cell holds ${source.length.toLocaleString('en-US')} characters; ${mostCharacters.toLocaleString('en-US')} are the most.`;
  const at = source.search(unseen);
  if (at >= 0) {
    const code = source.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    return `Line ${lineAt(source, at)} holds a character that cannot be seen (U+${code}); take it out.`;
  }
  if (!source.trim()) return 'The cell is empty; reset it to have the library’s own text back.';
}

const lineAt = (text: string, at: number) => text.slice(0, at).split('\n').length;

/** The file with the reader's text in place of the declaration. */
export function spliced(text: string, { start, end, indent, source }: Edit): string {
  const pad = ' '.repeat(indent);
  const own = source.replace(/^(?=.)/gm, pad).trimEnd();
  return text.slice(0, start) + own + text.slice(end);
}
