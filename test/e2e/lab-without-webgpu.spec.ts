/** The same site in a browser that has no WebGPU: labs train on the next rung and say why. */
import { expect, test } from '@playwright/test';
import { chromium, flagsWithoutWebGPU } from '../../scripts/chromium.mjs';

test.use({ launchOptions: { executablePath: chromium(), args: flagsWithoutWebGPU } });

test('trains on WebAssembly and says why', async ({ page }) => {
  await page.goto('embed/collapse/');
  const lab = page.locator('#collapse.lab');
  await expect(lab).toHaveAttribute('data-ready', /.*/);
  await lab.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(lab).toHaveAttribute('data-backend', 'wasm');
  await expect.poll(async () => Number(await lab.getAttribute('data-step'))).toBeGreaterThan(3);
  await lab.locator('.lab-where summary').click();
  await expect(lab.locator('.lab-rungs')).toContainText('WebAssembly (chosen)');
  await expect(lab.locator('.lab-rungs')).toContainText(/no WebGPU|no graphics adapter/);
});

test('the check of the machine measures all the same, and says why WebGPU was refused', async ({
  page,
}) => {
  await page.goto('lab-check/');
  await page.getByRole('button', { name: 'Check this machine' }).click();
  const fast = page.getByRole('region', { name: 'How fast' });
  await expect(fast.locator('tbody tr')).toHaveCount(3);
  const ways = page.getByRole('region', { name: 'Where it can compute' });
  const refused = ways.locator('tbody tr', { hasText: 'WebGPU' }).first();
  await expect(refused).toContainText('refused');
  await expect(refused).toContainText(/no WebGPU|no graphics adapter/);
  await expect(page.locator('.check-now')).toContainText('WebAssembly');
});
