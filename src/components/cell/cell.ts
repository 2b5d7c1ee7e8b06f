/** A cell at work: its text, what differs from the library's, and the lab that trains with it. */
import type { Edit, Place } from '../../notebook/edit';
import { openDesk } from './desk';
import { button } from './elements';

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
  const desk = await openDesk(cell.querySelector<HTMLElement>('.cell-desk')!, {
    original,
    owner: 'the library’s own',
    kept: `cell.${place.file}#${place.name}`,
    word: `cell.${id}`,
    anchor: `cell-${id}`,
    label: `${place.name} in ${place.file}`,
    file: place.file,
    reset: () => hand([]),
    run: () => train(),
  });
  const hand = (edits: Edit[]) => {
    const target = document.getElementById(lab);
    if (!target) {
      desk.said.textContent = 'The lab that trains with this is not on this page.';
      return;
    }
    desk.said.textContent = '';
    target.dispatchEvent(new CustomEvent<CodeEvent>('switchyard:code', { detail: { edits } }));
    if (edits.length) target.scrollIntoView({ block: 'nearest' });
  };
  const train = () => hand([{ ...place, source: desk.text() }]);
  desk.bar.prepend(button('Train with this', train));
  // What the lab said last is taken back when it has nothing to say any more; what others said stays.
  let told = '';
  document.getElementById(lab)?.addEventListener('switchyard:code-said', (event) => {
    const { words } = (event as CustomEvent<CodeSaid>).detail;
    if (words || desk.said.textContent === told) desk.said.textContent = words;
    told = words;
  });
  cell.querySelector('.cell-original')?.setAttribute('hidden', '');
  if (focus) desk.focus();
}
