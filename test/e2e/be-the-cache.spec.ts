/** The cache in a reader's hands on the built site: by keyboard, by finger, and in an address. */
import { expect, type Page, test } from '@playwright/test';
import { faults } from './support/axe';
import { open as opened } from './support/lab';

const ask = (page: Page) => page.locator('.slots-ask');
const free = (page: Page) => page.locator('.slots-slot[aria-disabled="false"]');
const written = (page: Page) =>
  new URL(page.url()).searchParams.get('be-the-cache.input')?.split('_').map(Number) ?? [];

const open = (page: Page, query = '') => opened(page, 'be-the-cache', query);

test('is played by keys, heard, taken back and begun anew', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: 'Begin anew' }).click();
  await expect(ask(page)).toContainText('which expert goes?');
  const before = await ask(page).textContent();
  await free(page).first().focus();
  const slot = await free(page).first().getAttribute('aria-keyshortcuts');
  await page.keyboard.press(slot!);
  await expect(ask(page)).not.toHaveText(before!);
  // The focus stays on its slot, and what is asked next is said.
  await expect(page.locator('.slots-slot').nth(Number(slot) - 1)).toBeFocused();
  await expect(page.locator('.lab > .lab-hidden[aria-live]')).toContainText('which expert goes?');
  await expect.poll(() => written(page)[1]).toBeGreaterThanOrEqual(0);
  await page.getByRole('button', { name: 'Take back' }).click();
  await expect(ask(page)).toHaveText(before!);
  // When all is read no slot may be given up; what each holds is as legible as before.
  await page.getByRole('button', { name: 'The rest as LRU would' }).click();
  await expect(free(page)).toHaveCount(0);
  await expect(page.locator('.slots-slot').first()).toHaveCSS('opacity', '1');
});

test('keeps a game in the address, and draws another stretch by its seed', async ({ page }) => {
  await open(page, '?be-the-cache.seed=3');
  await free(page).last().click();
  await expect.poll(() => written(page)[1]).toBeGreaterThanOrEqual(0);
  const waits = await ask(page).textContent();
  await page.reload();
  await expect(page.locator('.lab')).toHaveAttribute('data-ready', /.*/);
  await expect(ask(page)).toHaveText(waits!);
  await page.getByRole('button', { name: 'Another stretch' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('be-the-cache.seed')).toBe('4');
  await expect(page.getByRole('button', { name: 'Take back' })).toBeDisabled();
});

test.describe('by finger, on a small screen', () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true });

  test('has slots that a finger meets, and scrolls nowhere sideways', async ({ page }) => {
    await open(page, '?be-the-cache.seed=2');
    const before = await ask(page).textContent();
    for (const slot of await page.locator('.slots-slot').all())
      expect((await slot.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    await free(page).first().tap();
    await expect(ask(page)).not.toHaveText(before!);
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over).toBe(0);
    expect(await faults(page)).toEqual([]);
  });
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('shows how LRU begins, beside the rules', async ({ page }) => {
    await page.goto('embed/be-the-cache/');
    await expect(page.locator('.lab-title')).toContainText('played by LRU');
    await expect(ask(page)).toBeVisible();
    await expect(page.locator('.by-hand-desk')).toBeHidden();
  });
});
