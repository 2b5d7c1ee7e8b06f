/**
 * The theme that was chosen by hand, as this browser keeps it. The page's head takes it before the
 * first picture; here it is taken where it was chosen on another page meanwhile.
 */
import { onEachVisit } from './each-visit';
import { storage } from './storage';

const root = document.documentElement;
const system = matchMedia('(prefers-color-scheme: dark)');

export const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);

export function chooseTheme(theme: 'light' | 'dark'): void {
  root.dataset.theme = theme;
  storage.set('theme', theme);
}

/** Calls `changed` now, and whenever the theme is another: the system's, another tab's, a page's before. */
export function followTheme(changed: () => void): void {
  const take = () => {
    const theme = storage.get('theme');
    // Where nothing could be kept, what was chosen here stays.
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
    changed();
  };
  onEachVisit(take);
  addEventListener('storage', take);
  system.addEventListener('change', changed);
}
