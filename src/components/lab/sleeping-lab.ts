/**
 * <sleeping-lab>: a lab as the page brings it, complete but still. Shortly before it comes into
 * view its script is loaded and wakes it. An island of Astro would load every lab's description
 * with the first one; this loads the one that is needed. A script that does not arrive is said, and
 * tried again on request or when the line is back.
 */
import { arriving } from '../../lab/arrives';
import type { ShellData } from './Shell';

class SleepingLab extends HTMLElement {
  #failed = 0;
  /** A hand on the keyboard tried again, and has no place to be until the lab stands. */
  #pressed = false;

  connectedCallback(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        void this.#wake();
      },
      { rootMargin: '300px' },
    );
    observer.observe(this);
  }

  async #wake(): Promise<void> {
    const json = this.querySelector('script[type="application/json"]')?.textContent;
    const root = this.querySelector('.lab-root');
    if (!json || !root || 'waking' in this.dataset) return;
    let data: ShellData;
    try {
      data = JSON.parse(json) as ShellData;
    } catch {
      // The page itself broke off: only all of it can come again.
      this.#failed++;
      this.#sayTrouble('The numbers of this lab arrived cut short');
      return;
    }
    this.dataset.waking = '';
    try {
      const { wake } = await arriving(() => import('./island'));
      await wake(root, data, () => this.#clear());
      if (this.#pressed) focusOncePlayable(root.querySelector('.lab'));
    } catch {
      this.#sayTrouble('The script of this lab did not arrive');
      delete this.dataset.waking;
    }
  }

  #clear(): void {
    const trouble = this.querySelector('.lab-trouble');
    // Its button had the focus: what it asked for has come.
    this.#pressed ||= trouble?.contains(document.activeElement) ?? false;
    trouble?.remove();
  }

  /** Where a script fails again, what it imports may be remembered as failed: the page has to be loaded anew. */
  #sayTrouble(what: string): void {
    this.#clear();
    const again = this.#failed++;
    const trouble = document.createElement('p');
    const button = document.createElement('button');
    trouble.className = 'lab-trouble';
    trouble.role = 'alert';
    button.textContent = again ? 'Load the page again' : 'Try again';
    button.onclick = () => (again ? location.reload() : void this.#wake());
    trouble.append(`${what}; it cannot be played yet. `, button);
    this.querySelector('.lab-desk')?.prepend(trouble);
    if (this.#pressed) button.focus();
    this.#pressed = false;
    addEventListener('online', () => void this.#wake(), { once: true });
  }
}

/** Its buttons come to life a moment after it stands. */
function focusOncePlayable(lab: Element | null): void {
  const focus = (_: unknown, observer: MutationObserver) => {
    observer.disconnect();
    lab!.querySelector<HTMLElement>('.lab-play')?.focus();
  };
  if (lab) new MutationObserver(focus).observe(lab, { attributeFilter: ['data-ready'] });
}

if (!customElements.get('sleeping-lab')) customElements.define('sleeping-lab', SleepingLab);
