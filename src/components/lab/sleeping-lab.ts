/**
 * <sleeping-lab>: a lab as the page brings it, complete but still. Shortly before it comes into
 * view its script is loaded and wakes it. An island of Astro would load every lab's description
 * with the first one; this loads the one that is needed.
 */
import type { ShellData } from './Shell';

class SleepingLab extends HTMLElement {
  #observer?: IntersectionObserver;

  connectedCallback(): void {
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        this.#observer?.disconnect();
        void this.#wake();
      },
      { rootMargin: '300px' },
    );
    this.#observer.observe(this);
  }

  disconnectedCallback(): void {
    this.#observer?.disconnect();
  }

  async #wake(): Promise<void> {
    const json = this.querySelector('script[type="application/json"]')?.textContent;
    const root = this.querySelector('.lab-root');
    if (!json || !root) return;
    const { wake } = await import('./island');
    await wake(root, JSON.parse(json) as ShellData);
  }
}

if (!customElements.get('sleeping-lab')) customElements.define('sleeping-lab', SleepingLab);
