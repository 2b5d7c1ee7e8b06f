/** A cell at work: its text, what differs from the library's, and the lab that trains with it. */
import type { Edit, Place } from '../../notebook/edit';
import { storage } from '../../reader/storage';
import { editorIn } from './editor';
import { decodeCode, encodeCode } from './link';

export interface CellData {
  id: string;
  /** Id of the lab on this page that trains with it. */
  lab: string;
  place: Place;
  original: string;
}

/** Page-wide: a cell hands edits to a lab, and a lab says what came of them. */
export interface CodeEvent {
  edits: Edit[];
}
export interface CodeSaid {
  /** Nothing where the lab trains with it. */
  words: string;
}

export async function openCell(cell: HTMLElement, data: CellData, focus: boolean): Promise<void> {
  const { id, lab, place, original } = data;
  const key = `cell.${place.file}#${place.name}`;
  const desk = cell.querySelector<HTMLElement>('.cell-desk')!;
  const said = element('p', 'cell-said');
  said.setAttribute('role', 'status');

  let text = storage.get(key) ?? original;
  const word = new URLSearchParams(location.search).get(`cell.${id}`);
  if (word !== null)
    try {
      text = await decodeCode(word);
      if (text !== original)
        said.textContent =
          'This address carries code of its own, shown here with its differences. It has not been run.';
    } catch (error) {
      said.textContent = (error as Error).message;
    }

  const differences = element('div', 'cell-differences');
  const train = button('Train with this', () => hand([{ ...place, source: text }]));
  const reset = button('Reset to the library’s', () => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: original } });
    hand([]);
  });
  const copy = button('Copy link', () => void link());

  const show = async () => {
    reset.disabled = text === original;
    const shown = text;
    const rows = text === original ? [] : await marked(original, text);
    if (shown === text) differences.replaceChildren(...rows);
  };
  const hand = (edits: Edit[]) => {
    const target = document.getElementById(lab);
    if (!target) {
      said.textContent = 'The lab that trains with this is not on this page.';
      return;
    }
    said.textContent = '';
    target.dispatchEvent(new CustomEvent<CodeEvent>('switchyard:code', { detail: { edits } }));
    if (edits.length) target.scrollIntoView({ block: 'nearest' });
  };
  const link = async () => {
    try {
      const address = new URL(location.href);
      if (text === original) address.searchParams.delete(`cell.${id}`);
      else address.searchParams.set(`cell.${id}`, await encodeCode(text));
      address.hash = `cell-${id}`;
      await navigator.clipboard.writeText(address.href);
      said.textContent = 'Copied: the link opens this code, and runs it only when asked to.';
    } catch (error) {
      said.textContent = (error as Error).message;
    }
  };

  const editor = element('div', 'cell-editor');
  const view = editorIn({
    parent: editor,
    text,
    label: `${place.name} in ${place.file}. Tab leaves the editor.`,
    changed(next) {
      text = next;
      if (text === original) storage.remove(key);
      else storage.set(key, text);
      void show();
    },
  });
  document.getElementById(lab)?.addEventListener('switchyard:code-said', (event) => {
    const { words } = (event as CustomEvent<CodeSaid>).detail;
    if (words) said.textContent = words;
  });
  const bar = element('p', 'cell-bar');
  bar.append(train, reset, copy);
  desk.append(editor, bar, said, differences);
  cell.querySelector('.cell-original')?.setAttribute('hidden', '');
  await show();
  if (focus) view.focus();
}

/** The lines that differ, with a sign before each that does not rest on colour. */
async function marked(original: string, text: string): Promise<HTMLElement[]> {
  const { diffLines } = await import('diff');
  const heading = element('p', 'cell-changed');
  heading.textContent = 'What differs from the library’s own:';
  const list = element('pre', 'cell-diff');
  for (const { value, added, removed } of diffLines(original, text)) {
    if (!added && !removed) continue;
    for (const line of value.replace(/\n$/, '').split('\n')) {
      const row = element(added ? 'ins' : 'del', 'cell-line');
      row.textContent = `${added ? '+' : '−'} ${line}\n`;
      list.append(row);
    }
  }
  return [heading, list];
}

function element(tag: string, name: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}

function button(words: string, click: () => void): HTMLButtonElement {
  const made = element('button', 'cell-button') as HTMLButtonElement;
  made.type = 'button';
  made.textContent = words;
  made.addEventListener('click', click);
  return made;
}
