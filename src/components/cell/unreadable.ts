/** Marks where the parser could make nothing of the text, one a line, with words on hover. */
import { syntaxTree } from '@codemirror/language';
import { type Range, RangeSet } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';

const mark = Decoration.mark({
  class: 'cm-unreadable',
  attributes: { title: 'This cannot be read as TypeScript.' },
});

export const unreadable = ViewPlugin.fromClass(
  class {
    marks: DecorationSet;

    constructor(view: EditorView) {
      this.marks = found(view);
    }

    update({ view, docChanged, viewportChanged, startState, state }: ViewUpdate) {
      // The parser goes on after a change, too.
      if (docChanged || viewportChanged || syntaxTree(startState) !== syntaxTree(state))
        this.marks = found(view);
    }
  },
  { decorations: ({ marks }) => marks },
);

/** In the lines that are seen: a text may have a hundred thousand more. */
function found({ state, visibleRanges }: EditorView): DecorationSet {
  const first = new Map<number, Range<Decoration>>();
  for (const range of visibleRanges)
    syntaxTree(state).iterate({
      ...range,
      enter({ type, from, to }) {
        if (!type.isError) return;
        const line = state.doc.lineAt(from);
        // What is missing has no length: the letter before it stands for it.
        const start = to > from ? from : Math.max(line.from, Math.min(from, line.to - 1));
        const end = Math.min(Math.max(to, start + 1), line.to);
        if (end > start && !first.has(line.number)) first.set(line.number, mark.range(start, end));
      },
    });
  return RangeSet.of([...first.values()], true);
}
