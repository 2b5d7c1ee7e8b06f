import { faults } from './support/axe';
import { settled } from './support/settled';
import { expect, test } from './support/test';

test('measures three labs on a press, not before, and says what will be slow', async ({ page }) => {
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  await page.goto('lab-check/');
  await settled(page);
  expect(workers).toEqual([]);
  await page.getByRole('button', { name: 'Check this machine' }).click();
  await expect(page.getByRole('heading', { name: 'How fast' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'How fast' }).locator('tbody tr')).toHaveCount(3);
  await expect(page.locator('.check-now')).toContainText('The labs train here with');
  await expect(
    page.getByRole('region', { name: 'Where it can compute' }).getByText('used', { exact: true }),
  ).toHaveCount(1);
  await page.getByText('The same as text').click();
  await expect(page.getByLabel('What was found, as text')).toHaveValue(/steps per second/);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await faults(page), `${width} px`).toEqual([]);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('the page says what remains', async ({ page }) => {
    await page.goto('lab-check/');
    await expect(page.locator('noscript p')).toContainText('each lab shows its recorded run');
    await expect(page.locator('noscript p')).toBeVisible();
  });
});
