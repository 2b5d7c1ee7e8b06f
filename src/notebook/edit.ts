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
    return `The cell holds ${source.length.toLocaleString('en-US')} characters; at most ${mostCharacters.toLocaleString('en-US')} are allowed.`;
  const at = source.search(unseen);
  if (at >= 0) {
    const code = source.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    return `Line ${lineAt(source, at)} holds a character that cannot be seen (U+${code}); take it out.`;
  }
  if (!source.trim()) return 'The cell is empty; reset it to have the library’s own text back.';
}

const lineAt = (text: string, at: number) => text.slice(0, at).split('\n').length;

/**
 * The file with the reader's texts in place of its declarations, and the line on which each of them
 * begins there, in their order. Throws a sentence where two of them stand in the same place.
 */
export function spliced(text: string, edits: readonly Edit[]): { text: string; lines: number[] } {
  const ordered = edits.toSorted((a, b) => a.start - b.start);
  let whole = '';
  let from = 0;
  const lines = ordered.map(({ file, name, start, end, indent, source }, i) => {
    if (start < from)
      throw new Error(
        `${ordered[i - 1].name} and ${name} of ${file} share lines: only one of them can be changed.`,
      );
    const pad = ' '.repeat(indent);
    whole += text.slice(from, start);
    const line = whole.split('\n').length;
    whole += source.replace(/^(?=.)/gm, pad).trimEnd();
    from = end;
    return line;
  });
  return { text: whole + text.slice(from), lines };
}
