/** The editor of a cell: CodeMirror with TypeScript, undo, brackets, and marks where it cannot be read. */
import { autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { history, historyKeymap, standardKeymap, toggleComment } from '@codemirror/commands';
import { localCompletionSource, typescriptLanguage } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  LanguageSupport,
  syntaxHighlighting,
} from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { libraryCompletions } from './completions';
import { unreadable } from './unreadable';

interface Options {
  parent: HTMLElement;
  text: string;
  /** For who does not see it. */
  label: string;
  /** File of src/model whose names are at hand; the library's door unless said. */
  file?: string;
  changed(text: string): void;
  /** On Shift-Enter. */
  run?(): void;
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
  '.cm-unreadable': {
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '.cm-tooltip.cm-completionInfo': { maxWidth: '28rem', padding: '0.4rem 0.6rem' },
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
export function editorIn({ parent, text, label, file, changed, run }: Options): EditorView {
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
        autocompletion({ override: [localCompletionSource, libraryCompletions(file)] }),
        new LanguageSupport(typescriptLanguage),
        syntaxHighlighting(colours),
        looks,
        unreadable,
        keymap.of([
          ...(run ? [{ key: 'Shift-Enter', run: pressed(run) }] : []),
          { key: 'Mod-/', run: toggleComment },
          ...standardKeymap,
          ...historyKeymap,
          ...completionKeymap,
        ]),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
}

const pressed = (act: () => void) => () => {
  act();
  return true;
};
