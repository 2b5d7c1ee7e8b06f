/** Every page of the built site: accessible in both themes and widths, quiet, and its own. */
import { posix } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { faults, themed } from './support/axe';
import { systemTheme, unfold, wakeAll } from './support/settled';
import { chapter, chapters, files, html, labsOn, pages } from './support/site';
import { watch } from './support/watch';

const embedded = (path: string) => /^embed\/(.+)\/$/.exec(path)?.[1];
const inChapters = new Set(chapters.flatMap(labsOn));

/**
 * Labs that stand in a chapter are looked at there, so their pages for frames are not looked at
 * again, but for one: its frame is that of all.
 */
const repeats = pages.filter((path) => inChapters.has(embedded(path) ?? '')).slice(1);

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
 * One visit a page, with everything unfolded at once and the theme and the width changed in place:
 * all rules at both widths, in a theme each, and what a theme can change in the other at one.
 */
async function look(page: Page): Promise<void> {
  await wakeAll(page);
  // Sections of recorded runs are made alike, by the hundred: the first eight stand for all.
  await page.evaluate(() => {
    for (const section of [...document.querySelectorAll('.runs-of')].slice(8)) section.remove();
  });
  await unfold(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await systemTheme(page, 'light');
  expect(await faults(page), '1440 px, light').toEqual([]);
  await systemTheme(page, 'dark');
  expect(await faults(page, { rules: themed }), '1440 px, dark').toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  expect(await faults(page), '390 px, dark').toEqual([]);
}

for (const path of pages)
  test(`/${path} is accessible, quiet and its own`, async ({ page }) => {
    const watched = await watch(page);
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
    // A chapter's notes for teachers are part of it.
    await page.goto(chapters.includes(path) ? `${path}?view=teacher` : path);
    if (!repeats.includes(path)) await look(page);
    for (const width of repeats.includes(path) ? [320] : widths) {
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
