/** Every page of the built site: accessible in both themes and widths, quiet, light, and its own. */
import { posix } from 'node:path';
import type { Page } from '@playwright/test';
import { faults, themed } from './support/axe';
import { settled, systemTheme, thin, unfold, wakeAll } from './support/settled';
import { chapter, chapters, files, html, labsOn, pages } from './support/site';
import { test as base, expect } from './support/test';
import { type Watched, watch } from './support/watch';
import { expectWithin, type Weight, weigh } from './support/weight';

/** One page goes through all of the site, and one pair of eyes is on it. */
const test = base.extend<object, { watched: Watched }>({
  watched: [async ({ kept }, use) => use(await watch(kept)), { scope: 'worker' }],
});

const embedded = (path: string) => /^embed\/(.+)\/$/.exec(path)?.[1];
const inChapters = new Set(chapters.flatMap(labsOn));

/**
 * Labs that stand in a chapter are looked at there, so their pages for frames are not looked at
 * again, but for one: its frame is that of all. The others are seen once, narrow.
 */
const frames = pages.filter((path) => inChapters.has(embedded(path) ?? '')).slice(1);

/** So many frames, one after another, are a test: as long as a chapter. */
const together = 12;

/** Station 17 draws its model, with switches, and a character's journey through it. */
const styles = (path: string) => (path.startsWith('17-') ? 15_100 : 13_500);

/** Most bytes of what a page fetches before its first figure is near. */
const limits: Record<string, Partial<Weight>> = {
  '': { prose: 8_000, css: 9_800, font: 60_000, js: 5_000 },
  ...Object.fromEntries(
    chapters.map((path) => [path, { prose: 26_000, css: styles(path), font: 116_000, js: 8_400 }]),
  ),
  'library/': { prose: 16_000, css: 8_500, font: 70_000, js: 5_000 },
  'library/tasks/': { prose: 34_000, css: 8_500, font: 102_000, js: 6_500 },
};

/** Each of the layouts: notes in a wide and in a narrow margin, one column, a telephone. */
const widths = [1366, 1100, 1024, 768, 390, 320];

test('all pages are there', () => {
  expect(pages.length).toBeGreaterThan(10);
  expect(pages).toEqual(
    expect.arrayContaining([
      '',
      '404.html',
      'glossary/',
      'models/',
      'sources/',
      'recorded-runs/',
      'library/',
      'library/routers/',
      chapter,
    ]),
  );
  expect(inChapters.size).toBeGreaterThan(0);
});

/**
 * What axe finds: all rules at both widths, in a theme each, and in the dark at the other width what
 * looks different there. The page keeps of what it repeats only what stands for the rest.
 */
async function look(page: Page): Promise<void> {
  await thin(page);
  await page.setViewportSize({ width: 390, height: 900 });
  await systemTheme(page, 'dark');
  expect(await faults(page), '390 px, dark').toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await systemTheme(page, 'light');
  expect(await faults(page), '1440 px, light').toEqual([]);
  await systemTheme(page, 'dark');
  expect(await faults(page, { rules: themed }), '1440 px, dark').toEqual([]);
}

/** Nothing is wider than the page. */
async function fits(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 640 });
  // Figures follow the width a frame later.
  await expect
    .poll(
      () =>
        page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ),
      { message: `pixels of sideways scrolling at ${width} px` },
    )
    .toBeLessThanOrEqual(0);
}

for (let first = 0; first < frames.length; first += together) {
  const some = frames.slice(first, first + together);
  const names = some.map(embedded).join(', ');
  test(`frames of ${names} fit the narrowest page, are quiet and their own`, async ({
    tab: page,
    watched,
  }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of some)
      await test.step(path, async () => {
        await page.goto(path);
        await expect(page.locator('.lab')).toHaveAttribute('data-ready', /.*/);
        await watched.clean();
        await fits(page, 320);
      });
  });
}

/**
 * One visit a page: what it weighs before a lab comes near the view, then everything unfolded at
 * once, and the width and the theme changed in place.
 */
const visited = pages
  .filter((path) => !frames.includes(path))
  // The longest first, so that nobody waits for one at the end.
  .toSorted((a, b) => html(b).length - html(a).length);
for (const path of visited)
  test(`/${path} is accessible, quiet, light and its own`, async ({ tab: page, watched }) => {
    const weight = weigh(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 1440, height: 100 });
    // A chapter's notes for teachers are part of it.
    await page.goto(chapters.includes(path) ? `${path}?view=teacher` : path);
    await settled(page);
    expectWithin(await weight(), limits[path] ?? {});
    await page.setViewportSize({ width: 1440, height: 900 });
    await wakeAll(page);
    await unfold(page);
    for (const width of widths) await fits(page, width);
    await look(page);
    await watched.clean();
  });

test('every link inside the site leads somewhere', () => {
  const ids = new Map<string, Set<string>>();
  const idsOf = (file: string) => {
    let found = ids.get(file);
    if (!found) {
      found = new Set([...html(file).matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]));
      ids.set(file, found);
    }
    return found;
  };
  const broken: string[] = [];
  for (const page of files.filter((file) => file.endsWith('.html')))
    for (const [, link] of html(page).matchAll(/<[a-z-]+\s[^<>]*?(?:href|src)="([^"]*)"/g)) {
      if (/^(https?|data|mailto|blob):/.test(link)) continue;
      const [path, anchor] = link.replaceAll('&amp;', '&').split('#');
      const plain = path.split('?')[0];
      let file = plain.startsWith('/')
        ? plain.slice(1)
        : plain
          ? posix.join(posix.dirname(page), plain)
          : page;
      if (!file || file === '.' || file.endsWith('/')) file = posix.join(file, 'index.html');
      if (!files.includes(file)) broken.push(`${page}: ${link}`);
      else if (anchor && file.endsWith('.html') && !idsOf(file).has(anchor))
        broken.push(`${page}: ${link} (no such place)`);
    }
  expect([...new Set(broken)]).toEqual([]);
});
