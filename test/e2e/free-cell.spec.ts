/** A reader tries code on a page of the library: runs, changes, sees, keeps, hands on. */
import type { Page } from '@playwright/test';
import { faults } from './support/axe';
import { said, write } from './support/cell';
import { expect, test } from './support/test';
import { watch } from './support/watch';

const cellOf = (page: Page, id: string) => page.locator(`#cell-${id}`);

test('cells run what they need, show tensors and charts, and follow a change', async ({ page }) => {
  const watched = await watch(page);
  await page.goto('library/balancers/');
  const cell = cellOf(page, 'selectionBias');
  await cell.getByRole('button', { name: 'Run' }).click();
  await expect(said(cell)).toHaveText('Done.');
  await expect(cell.locator('.shown-chart svg[role=img]')).toHaveAttribute(
    'aria-label',
    /line of 60 rows/,
  );
  const bias = cell.locator('.shown-tensor', { hasText: 'bias' });
  await expect(bias).toContainText('[8] float32');
  await bias.getByText('Numbers').click();
  await expect(bias.locator('td')).toHaveCount(8);
  // The cell that it takes its names from has run too.
  const given = cellOf(page, 'given');
  await expect(given.locator('.shown-tensor')).toContainText('[8] float32');

  await given.getByRole('button', { name: 'Edit' }).click();
  await write(
    cellOf(page, 'given'),
    page,
    'const [experts, topK] = [4, 1];\nconst logits = tf.zeros([16, 4]);',
  );
  await given.getByRole('button', { name: 'Run' }).click();
  await expect(bias).toContainText('[4] float32');
  expect(await faults(page, { within: '#cell-selectionBias' })).toEqual([]);

  await page.reload();
  await expect(given.locator('.cm-content')).toContainText('tf.zeros([16, 4])');
  await expect(given.locator('.cell-diff')).toContainText('tf.zeros([16, 4])');
  await expect(cell.locator('.shown')).toHaveCount(0);
  await watched.clean();
});

test('code that came with the address runs when its own button is pressed, and not before', async ({
  page,
}) => {
  await page.goto('library/routers/');
  const given = cellOf(page, 'given');
  await given.getByRole('button', { name: 'Edit' }).click();
  await write(
    cellOf(page, 'given'),
    page,
    'const x = tf.ones([2, 8]), dim = 8, experts = 3, topK = 1, tokenIds = undefined, key = undefined;',
  );
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await given.getByRole('button', { name: 'Copy link' }).click();
  await expect(said(given)).toContainText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => localStorage.clear());
  await page.goto(link);
  await expect(said(given)).toContainText('It has not been run');
  const cell = cellOf(page, 'softmaxTopK');
  await cell.getByRole('button', { name: 'Run' }).click();
  await expect(said(cell)).toContainText('whose code came with the address');
  await given.getByRole('button', { name: 'Run' }).click();
  await expect(cell.locator('.shown-tensor').first()).toContainText('[2, 3]');
});

test('the editor completes the library’s names, with what they are', async ({ tab: page }) => {
  await page.goto('library/routers/');
  const cell = cellOf(page, 'softmaxTopK');
  await cell.getByRole('button', { name: 'Edit' }).click();
  await page.locator('#cell-softmaxTopK .cm-content').focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('keepWith');
  const options = cell.locator('.cm-tooltip-autocomplete');
  await expect(options).toContainText('keepWithinCapacity(mask: Tensor2D, topK: number');
  await expect(cell.locator('.cm-completionInfo')).toContainText('[tokens, experts]');
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('sparseLayer.for');
  await expect(options).toContainText('forward(params: Params');
});
