/** A cell at work: its text, what differs from the library's, and the lab that trains with it. */
import { type Edit, type Place, refusal } from '../../notebook/edit';
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
/** A reader is at work on these files. */
export interface CodeNear {
  files: string[];
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
    changed() {
      // It was said of another text.
      desk.said.textContent = '';
      near();
    },
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
    // Of a lab that is taller than the window, the title and the first figure.
    const fits = target.offsetHeight <= innerHeight;
    if (edits.length) target.scrollIntoView({ block: fits ? 'nearest' : 'start' });
    const give = () =>
      target.dispatchEvent(new CustomEvent<CodeEvent>('switchyard:code', { detail: { edits } }));
    whenAwake(target, give);
  };
  const train = () => {
    const source = desk.text();
    const refused = refusal(source);
    // What may not be tried at all costs nobody the run that stands.
    if (refused) desk.said.textContent = refused;
    else hand([{ ...place, source }]);
  };
  // A hand in the cell: what trying it will need is made ready meanwhile. Not where data is dear.
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  const near = () => {
    const event = new CustomEvent<CodeNear>('switchyard:code-near', {
      detail: { files: [place.file] },
    });
    if (!connection?.saveData) document.getElementById(lab)?.dispatchEvent(event);
  };
  cell.addEventListener('focusin', near);
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

/** A lab far below sleeps until it comes into view, and hears nothing before. */
function whenAwake(lab: HTMLElement, then: () => void): void {
  const awake = () => lab.dataset.ready !== undefined;
  if (awake()) {
    then();
    return;
  }
  const observer = new MutationObserver(() => {
    if (!awake()) return;
    observer.disconnect();
    then();
  });
  observer.observe(lab, { attributeFilter: ['data-ready'] });
}
