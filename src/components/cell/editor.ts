/** The editor of a cell: CodeMirror with TypeScript, undo, brackets, and marks where it cannot be read. */
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript, localCompletionSource } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
  syntaxTree,
} from '@codemirror/language';
import { type Diagnostic, linter } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

interface Options {
  parent: HTMLElement;
  text: string;
  /** For who does not see it. */
  label: string;
  changed(text: string): void;
}

/** The page's colours, in both themes. */
const looks = EditorView.theme({
  '&': { border: '1px solid var(--hair)', background: 'var(--paper)', color: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--line-1)', outlineOffset: '1px' },
  '.cm-scroller': { font: '0.85rem / 1.5 var(--mono)' },
  '.cm-gutters': { background: 'none', border: '0', color: 'var(--soft)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderColor: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
    { background: 'color-mix(in srgb, var(--line-1) 25%, transparent)' },
  '.cm-tooltip': {
    background: 'var(--paper)',
    color: 'var(--ink)',
    border: '1px solid var(--hair)',
  },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.typeName], color: 'var(--line-1)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);

/**
 * Tab is left to the page: whoever came in by keyboard gets out by keyboard. It stands in a shadow
 * root, since there its styles are sheets made by script, which the page's policy allows.
 */
export function editorIn({ parent, text, label, changed }: Options): EditorView {
  const root = parent.attachShadow({ mode: 'open' });
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [localCompletionSource] }),
        javascript({ typescript: true }),
        syntaxHighlighting(colours),
        looks,
        linter(unreadable),
        keymap.of([...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
}

/** Where the parser could make nothing of the text; one mark a line. */
function unreadable(view: EditorView): Diagnostic[] {
  const found = new Map<number, Diagnostic>();
  syntaxTree(view.state).iterate({
    enter({ type, from, to }) {
      if (!type.isError) return;
      const { number } = view.state.doc.lineAt(from);
      if (!found.has(number))
        found.set(number, {
          from,
          to: Math.max(to, Math.min(from + 1, view.state.doc.length)),
          severity: 'error',
          message: 'This cannot be read as TypeScript.',
        });
    },
  });
  return [...found.values()];
}
