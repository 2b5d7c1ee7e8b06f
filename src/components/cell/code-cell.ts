/**
 * <code-cell>: a quoted declaration that sleeps until it is to be edited. The editor is loaded
 * then, or at once where the address carries code or the browser has kept some.
 */
import { storage } from '../../reader/storage';
import type { CellData } from './cell';

class CodeCell extends HTMLElement {
  connectedCallback(): void {
    const json = this.querySelector('script[type="application/json"]')?.textContent;
    const desk = this.querySelector('.cell-desk');
    if (!json || !desk) return;
    const data = JSON.parse(json) as CellData;
    const edit = document.createElement('button');
    edit.type = 'button';
    edit.textContent = 'Edit';
    edit.className = 'cell-edit';
    desk.append(edit);
    const open = async (focus: boolean) => {
      edit.disabled = true;
      try {
        const { openCell } = await import('./cell');
        await openCell(this, data, focus);
        edit.remove();
      } catch {
        edit.disabled = false;
        edit.textContent = 'The editor did not come; try again';
      }
    };
    edit.addEventListener('click', () => void open(true));
    const asked = new URLSearchParams(location.search).has(`cell.${data.id}`);
    if (asked || storage.get(`cell.${data.place.file}#${data.place.name}`)) void open(false);
  }
}

if (!customElements.get('code-cell')) customElements.define('code-cell', CodeCell);
