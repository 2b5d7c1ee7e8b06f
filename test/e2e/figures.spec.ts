/** Figures on the built site: the same picture before and after they wake, in both shapes. */
import type { Page } from '@playwright/test';
import { faults } from './support/axe';
import { awake } from './support/lab';
import { expect, test } from './support/test';

type Part = [name: string, attributes: string, inside: Part[] | string];

/** Every visible picture, element by element, to a tenth of a pixel. */
const pictures = (page: Page) =>
  page.evaluate(() => {
    const part = (element: Element): Part => [
      element.localName,
      [...element.attributes]
        .map(({ name, value }) => [
          name,
          value.replace(/-?\d*\.\d+/g, (number) => String(Number(Number(number).toFixed(1)))),
        ])
        .sort()
        .join(' '),
      element.children.length ? [...element.children].map(part) : (element.textContent ?? ''),
    ];
    return [...document.querySelectorAll('.lab-svg')]
      .filter((svg) => svg.getClientRects().length)
      .map(part);
  });

for (const [name, viewport] of [
  ['a desk', { width: 1440, height: 900 }],
  ['a phone', { width: 390, height: 844 }],
] as const)
  test(`on ${name} a lab wakes without a change of its pictures`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL, viewport });
    for (const path of ['06-collapse-and-balance/', '01-one-hidden-layer/']) {
      const asleep = await context.newPage();
      await asleep.route('**/*.js', (route) => route.abort());
      await asleep.goto(path);
      const built = await pictures(asleep);
      expect(built.length).toBeGreaterThan(3);
      expect(JSON.stringify(built)).not.toContain('style');

      const page = await context.newPage();
      await page.goto(path);
      for (const lab of await page.locator('.lab').all()) {
        await lab.scrollIntoViewIfNeeded();
        await expect(lab).toHaveAttribute('data-ready', /.*/);
      }
      expect(await pictures(page)).toEqual(built);
      // Drawn for another width and back, it is the same once more.
      const [first] = await page.locator('.lab').all();
      const picture = first.locator('.lab-svg').first();
      const box = (await picture.getAttribute('viewBox'))!;
      await page.setViewportSize({ ...viewport, width: viewport.width === 390 ? 330 : 700 });
      // The text above took another height: nothing is drawn out of view.
      await first.locator('.lab-picture').first().scrollIntoViewIfNeeded();
      await expect(picture).not.toHaveAttribute('viewBox', box);
      await page.setViewportSize(viewport);
      await first.locator('.lab-picture').first().scrollIntoViewIfNeeded();
      await expect(picture).toHaveAttribute('viewBox', box);
      expect((await pictures(page))[0]).toEqual(built[0]);
    }
    await context.close();
  });

test('follows the theme without being drawn anew', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('06-collapse-and-balance/');
  const lab = page.locator('.lab').first();
  await lab.scrollIntoViewIfNeeded();
  await expect(lab).toHaveAttribute('data-ready', /.*/);
  const band = lab.locator('.v-river path').first();
  const colour = () => band.evaluate((path) => getComputedStyle(path).fill);
  const before = await colour();
  await band.evaluate((path) => path.setAttribute('data-same', ''));
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await colour()).not.toBe(before);
  await expect(band).toHaveAttribute('data-same', '');
});

test('letters follow the reader’s size of text, and nothing lies over another', async ({
  browser,
  baseURL,
}) => {
  for (const width of [1440, 390]) {
    const context = await browser.newContext({ baseURL, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const browserOf = await context.newCDPSession(page);
    const textOf = (standard: number) =>
      browserOf.send('Page.setFontSizes', { fontSizes: { standard, fixed: standard } });
    await textOf(16);
    await page.goto('embed/price/');
    const lab = await awake(page, 'price');
    const usual = await pictures(page);
    const letters = () =>
      lab.evaluate((root) => {
        const boxes = [...root.querySelectorAll('.lab-svg text')]
          .filter(({ textContent }) => textContent?.trim())
          .map((text) => text.getBoundingClientRect());
        const apart = (a: DOMRect, b: DOMRect) =>
          a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        return {
          heights: boxes.map(({ height }) => height),
          over: boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => !apart(a, b))).length,
        };
      });
    const before = await letters();
    expect(before.heights.length).toBeGreaterThan(8);
    expect(before.over).toBe(0);
    await textOf(32);
    const tick = Math.max(...before.heights);
    // A line's height is in whole pixels.
    await expect
      .poll(async () => Math.max(...(await letters()).heights))
      .toBeGreaterThan(1.9 * tick);
    const after = await letters();
    expect(after.over).toBe(0);
    expect(Math.max(...after.heights)).toBeLessThan(2.1 * tick);
    // What is wider than the page is moved in its place, by keyboard, too; the page stays.
    const picture = lab.locator('.lab-picture').first();
    const wider = await picture.evaluate((box) => box.scrollWidth > box.clientWidth);
    expect(wider).toBe(width === 390);
    expect(await picture.getAttribute('tabindex')).toBe(width === 390 ? '0' : null);
    expect(await faults(page, { within: '.lab' })).toEqual([]);
    await expect.poll(() => sideways(page)).toBeLessThanOrEqual(0);
    await textOf(16);
    await expect.poll(() => pictures(page)).toEqual(usual);
    await context.close();
  }
});

const sideways = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
