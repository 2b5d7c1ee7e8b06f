/** Every page of the built site: accessible in both themes and widths, quiet, and its own. */
import { posix } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { faults, themed } from './support/axe';
import { systemTheme, thin, unfold, wakeAll } from './support/settled';
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
 * What axe finds: all rules at both widths, in a theme each, and what a theme can change in the
 * other at one. The page keeps of what it repeats only what stands for the rest.
 */
async function look(page: Page): Promise<void> {
  await thin(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await systemTheme(page, 'light');
  expect(await faults(page), '1440 px, light').toEqual([]);
  await systemTheme(page, 'dark');
  expect(await faults(page, { rules: themed }), '1440 px, dark').toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  expect(await faults(page), '390 px, dark').toEqual([]);
}

/** One visit a page, with everything unfolded at once and the width and the theme changed in place. */
for (const path of pages)
  test(`/${path} is accessible, quiet and its own`, async ({ page }) => {
    const repeated = repeats.includes(path);
    const watched = await watch(page);
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'light' });
    await page.setViewportSize({ width: 1440, height: 900 });
    // A chapter's notes for teachers are part of it.
    await page.goto(chapters.includes(path) ? `${path}?view=teacher` : path);
    if (!repeated) {
      await wakeAll(page);
      await unfold(page);
    }
    for (const width of repeated ? [320] : widths) {
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
    if (!repeated) await look(page);
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
