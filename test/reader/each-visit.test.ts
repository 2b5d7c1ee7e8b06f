/** Pages that a browser brings back as they were left take what was chosen on others meanwhile. */
import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const kept = new Map<string, string>();
let page: EventTarget;
let document: Document;

/** A window of the page, without a browser. */
function open(html: string): void {
  page = new EventTarget();
  ({ document } = parseHTML(`<html><body>${html}</body></html>`));
  vi.stubGlobal('document', document);
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('matchMedia', () => Object.assign(new EventTarget(), { matches: false }));
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
}

const comesBack = (persisted: boolean) =>
  page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));

beforeEach(() => {
  kept.clear();
  vi.resetModules();
});
afterEach(() => vi.unstubAllGlobals());

it('a page that comes back is in the theme that was chosen after it was left', async () => {
  open('');
  const root = document.documentElement;
  const { chooseTheme, followTheme, isDark } = await import('../../src/reader/theme');
  const told: boolean[] = [];
  followTheme(() => told.push(isDark()));
  chooseTheme('dark');
  kept.set('switchyard.theme', 'light');
  // The event that ends every load is none of coming back.
  comesBack(false);
  expect(root.dataset.theme).toBe('dark');
  comesBack(true);
  expect(root.dataset.theme).toBe('light');
  expect(told).toEqual([false, false]);
});

it('another tab’s choice is taken at once', async () => {
  open('');
  const { followTheme, isDark } = await import('../../src/reader/theme');
  const told: boolean[] = [];
  followTheme(() => told.push(isDark()));
  kept.set('switchyard.theme', 'dark');
  page.dispatchEvent(new Event('storage'));
  expect(document.documentElement.dataset.theme).toBe('dark');
  expect(told).toEqual([false, true]);
});

it('where the browser keeps nothing, a page that comes back keeps its own theme', async () => {
  open('');
  const { chooseTheme, followTheme, isDark } = await import('../../src/reader/theme');
  followTheme(() => {});
  chooseTheme('dark');
  kept.clear();
  comesBack(true);
  expect(isDark()).toBe(true);
});

it('a map that comes back knows the stations visited since, and which was the last', async () => {
  kept.set('switchyard.visited', '["01-a"]');
  kept.set('switchyard.last', '01-a');
  open(`
    <a data-continue="01-a" hidden></a><a data-continue="02-b" hidden></a>
    <i data-station-mark="01-a"></i><i data-station-mark="02-b"></i>`);
  await import('../../src/reader/visited');
  const visited = () => [...document.querySelectorAll('.visited')].map((mark) => mark.outerHTML);
  const goesOn = () =>
    [...document.querySelectorAll<HTMLElement>('[data-continue]:not([hidden])')].map(
      ({ dataset }) => dataset.continue,
    );
  expect(visited()).toHaveLength(1);
  expect(goesOn()).toEqual(['01-a']);
  kept.set('switchyard.visited', '["01-a","02-b"]');
  kept.set('switchyard.last', '02-b');
  comesBack(true);
  expect(visited()).toHaveLength(2);
  expect(goesOn()).toEqual(['02-b']);
});
