/**
 * Where a cell is edited: its text in an editor, kept by the browser, with what differs from the
 * original, a way back to it, and a link that carries it.
 */
import { mostCharacters } from '../../notebook/edit';
import { storage } from '../../reader/storage';
import { button, element } from './elements';
import { decodeCode, encodeCode } from './link';

export interface DeskOptions {
  original: string;
  /** Whose the original is: "the library’s own". */
  owner: string;
  /** Under which name the browser keeps the text. */
  kept: string;
  /** Parameter of the address that carries it, and where its link leads. */
  word: string;
  anchor: string;
  /** For who does not see the editor. */
  label: string;
  /** File of src/model whose names are at hand; the library's door unless said. */
  file?: string;
  /** Where there is a place for words already. */
  said?: HTMLElement;
  changed?(text: string): void;
  reset?(): void;
  /** On Shift-Enter. */
  run?(): void;
}

export interface Desk {
  text(): string;
  /** Came with the address and differs from the original. */
  carried: boolean;
  /** What there is to say, announced. */
  said: HTMLElement;
  /** Buttons of one's own go in front. */
  bar: HTMLElement;
  focus(): void;
}

/** The text that the reader last had, or that the address carries, with a sentence if that is odd. */
async function lastText(options: Pick<DeskOptions, 'kept' | 'word' | 'original'>): Promise<{
  text: string;
  carried: boolean;
  words: string;
}> {
  const text = storage.get(options.kept) ?? options.original;
  const word = new URLSearchParams(location.search).get(options.word);
  if (word === null) return { text, carried: false, words: '' };
  try {
    const sent = await decodeCode(word);
    const carried = sent !== options.original;
    const words = carried
      ? 'This address carries code of its own, shown here with its differences. It has not been run.'
      : '';
    return { text: sent, carried, words };
  } catch (error) {
    return { text, carried: false, words: (error as Error).message };
  }
}

export async function openDesk(host: HTMLElement, options: DeskOptions): Promise<Desk> {
  const { original, owner, kept, word, anchor, label, file } = options;
  const [last, { editorIn }] = await Promise.all([lastText(options), import('./editor')]);
  let { text } = last;
  const said = options.said ?? element('p', 'cell-said');
  said.setAttribute('role', 'status');
  said.textContent = last.words;

  const differences = element('div', 'cell-differences');
  const reset = button(`Reset to ${owner}`, () => {
    if (text === original) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: original } });
    options.reset?.();
  });
  const copy = button('Copy link', () => void link());
  const show = async () => {
    // Not disabled: pressed, it would lose the focus.
    reset.ariaDisabled = String(text === original);
    const shown = text;
    const fits = text !== original && text.length <= mostCharacters;
    const rows = fits ? await marked(original, text, owner) : [];
    if (shown === text) differences.replaceChildren(...rows);
  };
  const link = async () => {
    try {
      const address = new URL(location.href);
      if (text === original) address.searchParams.delete(word);
      else address.searchParams.set(word, await encodeCode(text));
      address.hash = anchor;
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
    label: `${label}. Tab leaves the editor.`,
    file,
    run: options.run,
    changed(next) {
      text = next;
      // What cannot be run is not kept either: it would crowd out the rest.
      if (text === original) storage.remove(kept);
      else if (text.length <= mostCharacters) storage.set(kept, text);
      options.changed?.(text);
      void show();
    },
  });
  const bar = element('p', 'cell-bar');
  bar.append(reset, copy);
  host.append(editor, bar, said, differences);
  await show();
  return { text: () => text, carried: last.carried, said, bar, focus: () => view.focus() };
}

/** The lines that differ, with a sign before each that does not rest on colour. */
async function marked(original: string, text: string, owner: string): Promise<HTMLElement[]> {
  const { diffLines } = await import('diff');
  const heading = element('p', 'cell-changed');
  heading.textContent = `What differs from ${owner}:`;
  const list = element('pre', 'cell-diff');
  // With a break behind the last line, too: a line after it leaves that one as it is.
  for (const { value, added, removed } of diffLines(`${original}\n`, `${text}\n`)) {
    if (!added && !removed) continue;
    for (const line of value.replace(/\n$/, '').split('\n')) {
      const row = element(added ? 'ins' : 'del', 'cell-line');
      row.textContent = `${added ? '+' : '−'} ${line}\n`;
      list.append(row);
    }
  }
  return [heading, list];
}
