/**
 * Text at twice its size, which a reader sets in the browser: pages as they are built, one of each
 * template and the widest, on a telephone and on a desk.
 */
import { expect, type Page, test } from '@playwright/test';
import { chapter } from './support/site';

const templates = [
  '',
  '404.html',
  'glossary/',
  'sources/',
  'library/',
  'library/routers/',
  'models/',
  'recorded-runs/',
  'lab-check/',
  'your-models/',
  chapter,
  // The longest name of a line; a table; the bar of a sweep.
  '10-experts-in-a-transformer/',
  '17-a-tiny-deepseek/',
  // The longest number in a line; a formula in a line whose parts cannot break.
  '07-small-experts-shared-experts/',
  '11-what-experts-learn/',
  'embed/few-pairs/',
];

/** Whatever is wider than the page and not moved in a frame of its own. */
const wide = (page: Page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const within = (element: Element): boolean =>
      !element.parentElement ||
      (getComputedStyle(element.parentElement).overflowX === 'visible' &&
        within(element.parentElement));
    const found = [...document.querySelectorAll('body *')]
      .filter((each) => each.getBoundingClientRect().right > clientWidth + 1 && within(each))
      .map((each) => `${each.localName}.${each.getAttribute('class')}`);
    // Words may go beyond the box that they stand in.
    return found.length ? found : [`words, as far as ${scrollWidth} px`];
  });

/** Lines of words in HTML that lie over each other. */
const over = (page: Page) =>
  page.evaluate(() => {
    const lines: { box: DOMRect; words: string; parent: Element }[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement: parent } = walker.currentNode as Text;
      if (
        !data.trim() ||
        !parent ||
        parent.closest('svg, math, script, .visually-hidden, .lab-late')
      )
        continue;
      // For ears alone.
      if (parent.getBoundingClientRect().width <= 1) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      for (const box of range.getClientRects())
        if (box.width > 2) lines.push({ box, words: data.trim(), parent });
    }
    const share = (a: DOMRect, b: DOMRect) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        ? (Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)) / Math.min(a.height, b.height)
        : 0;
    return lines.flatMap((a, i) =>
      lines
        .slice(i + 1)
        .filter((b) => a.parent !== b.parent && share(a.box, b.box) > 0.5)
        .map((b) => `“${a.words}” over “${b.words}”`),
    );
  });

for (const width of [390, 1440])
  test(`twice as large, nothing is wider than ${width} px or lies over another`, async ({
    browser,
    baseURL,
  }) => {
    const context = await browser.newContext({ baseURL, viewport: { width, height: 900 } });
    const page = await context.newPage();
    // As built: what a script makes of a lab is looked at with the figures.
    await page.route('**/*.js', (route) => route.abort());
    const browserOf = await context.newCDPSession(page);
    await browserOf.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
    for (const path of templates) {
      await page.goto(path);
      await page.evaluate(() => document.fonts.ready);
      expect(await wide(page), `/${path}`).toEqual([]);
      if (path === '' || path === chapter) expect(await over(page), `/${path}`).toEqual([]);
    }
    await context.close();
  });
