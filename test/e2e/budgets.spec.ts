/** What it costs to see a lab, and to edit a cell. What pages cost before is in pages.spec.ts. */
import { settled } from './support/settled';
import { expect, test } from './support/test';
import { expectWithin, weigh } from './support/weight';

test('a lab in view costs less than 120 kB of scripts, half of them Plot', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 100 });
  const weight = weigh(page);
  await page.goto('embed/collapse/');
  await settled(page);
  const low = await weight();
  expectWithin(low, { prose: 5_000, css: 7_600, font: 60_000 });
  const more = weigh(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await settled(page);
  const js = low.js + (await more()).js;
  expect(js).toBeGreaterThan(10_000);
  expect(js).toBeLessThanOrEqual(120_000);
});

test('the editor costs at most 150 kB of scripts, on Edit and not before', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 100 });
  await page.goto('library/routers/');
  await settled(page);
  const weight = weigh(page);
  const cell = page.locator('#cell-softmaxTopK');
  await cell.getByRole('button', { name: 'Edit' }).click();
  await expect(cell.locator('.cm-content')).toBeVisible();
  const { js } = await weight();
  expect(js).toBeGreaterThan(50_000);
  expect(js).toBeLessThanOrEqual(150_000);
});
