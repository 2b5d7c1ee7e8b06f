/**
 * <free-cell>: code to try, as the author wrote it. What runs it is loaded with the first press of
 * "Run", the editor with "Edit" or where the browser or the address has a text of the reader's own.
 */
import { storage } from '../../reader/storage';
import { button, element } from './elements';

export class FreeCell extends HTMLElement {
  /** The text as it is now. */
  source = '';
  /** It came with the address and has not been pressed: no other cell may run it. */
  held = false;
  /** Where the editor stands, once asked for, and what there is to say. */
  desk!: HTMLElement;
  said!: HTMLElement;
  output!: HTMLElement;
  run!: HTMLButtonElement;
  private edit!: HTMLButtonElement;
  private running = false;

  connectedCallback(): void {
    const code = this.querySelector('.cell-original pre');
    const desk = this.querySelector<HTMLElement>('.cell-desk');
    if (!code || !desk || this.source) return;
    this.desk = desk;
    this.source = this.original = (code.textContent ?? '').trimEnd();
    this.said = element('p', 'cell-said');
    this.said.setAttribute('role', 'status');
    this.output = element('div', 'cell-output');
    this.run = button('Run', () => void this.press());
    this.edit = button('Edit', () => void this.open(true));
    const bar = element('p', 'cell-bar');
    bar.append(this.run, this.edit);
    desk.append(bar, this.said);
    desk.after(this.output);
    const asked = new URLSearchParams(location.search).has(this.word);
    if (asked || storage.get(this.kept)) void this.open(false);
  }

  original = '';

  get word(): string {
    return `cell.${this.id.replace(/^cell-/, '')}`;
  }

  /** By page: another's cell may have the same name. */
  get kept(): string {
    const root = new URL(document.documentElement.dataset.root ?? '/', location.href).pathname;
    return `free.${location.pathname.slice(root.length)}#${this.id}`;
  }

  /** Runs it, or stops it where it runs. */
  async press(): Promise<void> {
    this.held = false;
    try {
      const { notebook } = await import('./notebook');
      if (this.running) notebook().stop();
      else notebook().run(this);
    } catch {
      this.say('What runs the cells could not be loaded; try again.');
    }
  }

  /** What the page's notebook tells of it. */
  state(running: boolean): void {
    this.running = running;
    this.run.textContent = running ? 'Stop' : 'Run';
    this.toggleAttribute('data-running', running);
  }

  say(words: string, failed = false): void {
    this.said.textContent = words;
    this.toggleAttribute('data-failed', failed);
  }

  private async open(focus: boolean): Promise<void> {
    this.edit.disabled = true;
    try {
      const { openDesk } = await import('./desk');
      const bar = this.run.parentElement!;
      const desk = await openDesk(this.desk, {
        original: this.original,
        owner: 'the original',
        kept: this.kept,
        word: this.word,
        anchor: this.id,
        said: this.said,
        label: `The cell ${this.id.replace(/^cell-/, '')}`,
        changed: (text) => {
          this.source = text;
        },
        run: () => void this.press(),
      });
      this.source = desk.text();
      this.held = desk.carried;
      // One row of buttons.
      desk.bar.prepend(this.run);
      bar.remove();
      this.querySelector('.cell-original')?.setAttribute('hidden', '');
      if (focus) desk.focus();
    } catch {
      this.edit.disabled = false;
      this.edit.textContent = 'The editor did not come; try again';
    }
  }
}

if (!customElements.get('free-cell')) customElements.define('free-cell', FreeCell);
