/** Figures on the built site: the same picture before and after they wake, in both shapes. */
import { expect, type Page, test } from '@playwright/test';

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
