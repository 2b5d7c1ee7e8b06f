/** A reader changes a declaration in the page, trains with it, and hands it on. */
import type { Locator, Page } from '@playwright/test';
import { button, pause, record, stepOf } from './support/lab';
import { expect, test } from './support/test';

const chapter = '06-collapse-and-balance/';

async function opened(page: Page, query = '') {
  await page.goto(`${chapter}?rung=wasm&collapse.balancer=switch${query}`);
  const cell = page.locator('#cell-collapse');
  const lab = page.locator('#collapse');
  await lab.scrollIntoViewIfNeeded();
  await expect(lab).toHaveAttribute('data-ready', 'true');
  return { cell, lab };
}

/** Types over a part of the text, as a hand would with find and replace. */
async function replace(page: Page, from: string, to: string) {
  const content = page.locator('#cell-collapse .cm-content');
  await content.focus();
  const lines = await content.locator('.cm-line').allTextContents();
  const text = lines.join('\n').replaceAll('\u00a0', ' ');
  await page.keyboard.press('ControlOrMeta+a');
  expect(text).toContain(from);
  // Pasted, so that no bracket closes by itself.
  await page.keyboard.insertText(text.replace(from, to));
}

test('an edited loss trains, is kept, shown with its differences, and shared without running', async ({
  page,
}) => {
  const { cell, lab } = await opened(page);
  await cell.getByRole('button', { name: 'Edit' }).click();
  await replace(page, 'experts);', 'tf.mul(experts, -1));');
  await expect(cell.locator('.cell-diff')).toContainText('tf.mul(experts, -1)');
  await cell.getByRole('button', { name: 'Train with this' }).click();
  await expect(lab.locator('.lab-badge')).toHaveText('computed here, with your code');
  // The loss that should spread the load now gathers it.
  await expect(lab.locator('.lab-title')).toContainText('Two experts take');

  await page.reload();
  await expect(page.locator('#cell-collapse .cm-content')).toContainText('tf.mul(experts, -1)');
  await expect(lab.locator('.lab-badge')).toHaveText('recorded');

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await cell.getByRole('button', { name: 'Copy link' }).click();
  await expect(cell.locator('.cell-said')).toContainText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.evaluate(() => localStorage.clear());
  await page.goto(link);
  await expect(cell.locator('.cell-said')).toContainText('It has not been run');
  await expect(cell.locator('.cell-diff')).toContainText('tf.mul(experts, -1)');
  await expect(lab.locator('.lab-badge')).toHaveText('recorded');
});

test('what is typed in the editor is its own, and Tab leads on', async ({ page }) => {
  const { cell } = await opened(page);
  await cell.getByRole('button', { name: 'Edit' }).focus();
  await page.keyboard.press('Enter');
  await expect(cell.locator('.cm-content')).toBeFocused();
  // A slash elsewhere opens the search.
  await page.keyboard.type('// mine\n');
  await expect(cell.locator('.cell-diff')).toContainText('+ // mine');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(cell.getByRole('button', { name: 'Train with this' })).toBeFocused();
});

/** Runs are compared over their first steps: the code computes in each of them. */
const steps = 24;

/**
 * Starts a run with a press of this button and looks at its first steps, in words and numbers. At
 * the slowest speed each step is a row, wherever it runs.
 */
async function trained(lab: Locator, start: Locator, badge: string) {
  await lab.getByLabel('speed').selectOption({ index: 0 });
  // What was shown before may have come further than this.
  const seen = await record(lab, 'data-state');
  await start.click();
  await expect(lab.locator('.lab-badge')).toHaveText(badge);
  await expect.poll(() => seen('data-state')).toContain('running');
  await expect.poll(() => stepOf(lab)).toBeGreaterThanOrEqual(steps);
  await pause(lab);
  await lab.getByLabel('Look back to step').fill(String(steps));
  await expect(lab).toHaveAttribute('data-step', String(steps));
  // What is measured in each step; the map of clusters is drawn when somebody looks.
  const measured = lab.locator('.lab-table', { hasText: `step ${steps}` }).filter({
    has: lab.page().getByRole('columnheader', { name: 'step', exact: true }),
  });
  await button(lab, 'Table').click();
  await expect(measured).toHaveCount(2);
  const rows = await measured.locator('tbody tr').allTextContents();
  expect(rows.length).toBeGreaterThanOrEqual(2 * steps);
  // Drawn anew with each step, it would slow the next run.
  await button(lab, 'Table').click();
  return [await lab.locator('.lab-title').textContent(), ...rows];
}

test('two lines added to a balancer give the same run to whoever opens the link', async ({
  tab: page,
  browser,
}) => {
  const { cell, lab } = await opened(page);
  const library = await trained(lab, button(lab, 'Play'), 'computed here');
  await cell.getByRole('button', { name: 'Edit' }).click();
  await replace(
    page,
    '  return tf.mul(',
    '  const twice = tf.mul(load, tf.mul(meanScore, 2));\n  return tf.mul(tf.sum(twice), experts);\n  return tf.mul(',
  );
  await expect(cell.locator('.cell-diff ins')).toHaveCount(2);
  await expect(cell.locator('.cell-diff del')).toHaveCount(0);
  const train = (of: Locator) => of.getByRole('button', { name: 'Train with this' });
  const here = await trained(lab, train(cell), 'computed here, with your code');
  expect(here.slice(1)).not.toEqual(library.slice(1));
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await cell.getByRole('button', { name: 'Copy link' }).click();
  await expect(cell.locator('.cell-said')).toContainText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link.length).toBeLessThan(8192);

  // Elsewhere: a browser that has kept nothing.
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const other = await context.newPage();
  await other.goto(link);
  const there = { cell: other.locator('#cell-collapse'), lab: other.locator('#collapse') };
  await expect(there.cell.locator('.cell-diff ins')).toHaveCount(2);
  await expect(there.cell.locator('.cell-said')).toContainText('It has not been run');
  await expect(there.cell).toBeInViewport();
  await there.lab.scrollIntoViewIfNeeded();
  await expect(there.lab).toHaveAttribute('data-ready', 'true');
  await expect(there.lab.locator('.lab-badge')).toHaveText('recorded');
  expect(await trained(there.lab, train(there.cell), 'computed here, with your code')).toEqual(
    here,
  );
  await context.close();
});

test('what cannot run is a sentence at its line, and the library’s own code comes back', async ({
  tab: page,
}) => {
  const { cell, lab } = await opened(page);
  await cell.getByRole('button', { name: 'Edit' }).click();
  await replace(page, 'experts);', "fetch('x'));");
  await cell.getByRole('button', { name: 'Train with this' }).click();
  await expect(cell.locator('.cell-said')).toContainText(/Line \d+: .*fetch is not a function/);
  await cell.getByRole('button', { name: 'Reset' }).click();
  await expect(cell.locator('.cell-diff')).toHaveCount(0);
  await expect(lab.locator('.lab-badge')).toHaveText('computed here');
});

test('code that an address cannot carry is refused in words', async ({ page }) => {
  const { cell } = await opened(page, '&cell.collapse=not-code');
  await expect(cell.locator('.cell-said')).toContainText('carries code that cannot be read');
});
