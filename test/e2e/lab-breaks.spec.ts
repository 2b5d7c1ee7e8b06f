/** What may go wrong around a lab, and what must stay: scripts, storage, tabs, hands, translation. */
import type { Page } from '@playwright/test';
import { encodeModel } from '../../src/lab/inputs/safetensors';
import { faults, themed } from './support/axe';
import { awake, button, open, pause, play, playSlowly, stepOf, translate } from './support/lab';
import { systemTheme } from './support/settled';
import { expect, test } from './support/test';

/** The chunk that holds one lab's own description. */
const ownScript = '**/_astro/collapse*.js*';

const opacityOf = (page: Page) =>
  page.locator('.lab-bar').evaluate((bar) => Number(getComputedStyle(bar).opacity));

test.describe('a script that does not arrive', () => {
  test('leaves controls asleep, says so, and is tried again on request', async ({ page }) => {
    await page.route(ownScript, (route) => route.abort());
    await page.goto('embed/collapse/');
    const trouble = page.getByRole('alert');
    await expect(trouble).toContainText('The script of this lab did not arrive');
    expect(await opacityOf(page)).toBeLessThan(0.6);
    await expect(page.locator('.lab-svg').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeDisabled();
    await page.unroute(ownScript);
    await trouble.getByRole('button').click();
    const lab = await awake(page, 'collapse');
    await expect(trouble).toHaveCount(0);
    expect(await opacityOf(page)).toBe(1);
    await play(lab);
  });

  test('is said while it is late, and wakes what slept when the line is back', async ({
    page,
    context,
  }) => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await page.route(ownScript, async (route) => {
      await arrived;
      await route.continue();
    });
    await page.goto('embed/collapse/');
    await expect(page.locator('.lab-late')).toBeVisible();
    expect(await opacityOf(page)).toBeLessThan(0.6);
    arrive();
    await awake(page, 'collapse');
    await expect(page.locator('.lab-late')).toHaveCount(0);

    await page.unroute(ownScript);
    await page.goto('embed/fit/');
    await awake(page, 'fit');
    await page.goto('about:blank');
    await page.route('**/_astro/width*.js*', (route) => route.abort());
    await page.goto('embed/width/');
    await expect(page.getByRole('alert')).toBeVisible();
    await page.unroute('**/_astro/width*.js*');
    await context.setOffline(true);
    await context.setOffline(false);
    await awake(page, 'width');
  });
});

test('an engine that cannot be had is said, and the recorded run plays instead', async ({
  page,
}) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'Worker', {
      value: class {
        constructor() {
          throw new DOMException('Workers are not allowed in this frame.', 'SecurityError');
        }
      },
    });
  });
  const lab = await open(page, 'collapse');
  await button(lab, 'Play').click();
  await expect(lab.locator('.lab-notes')).toContainText(
    'The engine could not be started: Workers are not allowed in this frame.',
  );
  await expect(lab.locator('.lab-badge')).toHaveText('recorded');
  await button(lab, 'Play the recorded run').click();
  await expect(lab).toHaveAttribute('data-state', 'running');
  await expect(lab.locator('.lab-badge')).toHaveText('recorded');
  await expect(lab.locator('.lab-notes')).toHaveCount(0);
  // With nothing to be computed no engine is asked for at all.
  const calm = await open(page, 'collapse', '?rung=recorded');
  await button(calm, 'Play').click();
  await expect(calm).toHaveAttribute('data-state', 'running');
});

test('Step keeps the focus, however often it is pressed', async ({ page }) => {
  const lab = await open(page, 'fit', '?rung=wasm');
  const step = button(lab, 'Step');
  await step.focus();
  for (const steps of [1, 2, 3]) {
    await page.keyboard.press('Enter');
    await expect.poll(() => stepOf(lab)).toBe(steps);
    await expect(step).toBeFocused();
  }
});

test('an emptied or unfinished seed changes nothing', async ({ page }) => {
  const lab = await open(page, 'fit', '?fit.seed=7');
  const seed = lab.getByLabel('seed');
  for (const typed of ['', '1.5', '99999999999']) {
    await seed.fill(typed);
    await seed.blur();
    await expect(seed).toHaveValue('7');
  }
  expect(page.url()).toContain('fit.seed=7');
  await seed.fill('8');
  await seed.blur();
  await expect.poll(() => page.url()).toContain('fit.seed=8');
});

test('what it says survives a translation of the page', async ({ page }) => {
  const lab = await open(page, 'fit', '?rung=wasm');
  await translate(lab);
  await playSlowly(lab);
  await expect(button(lab, 'Pause')).toBeVisible();
  await pause(lab);
  await expect(button(lab, 'Play')).toBeVisible();
  await expect(lab.locator('.lab-now')).toContainText(/step [1-9]/);
});

test('a stored run that cannot be read is set aside and named', async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem(
      'switchyard.runs.collapse.collapse',
      JSON.stringify([{ settings: null, seed: 1, step: 3, steps: [3], metrics: {}, events: [] }]),
    );
  });
  const lab = await open(page, 'collapse');
  await expect(lab.locator('.lab-notes')).toContainText('its settings are missing');
  await play(lab);
  const aside = () =>
    page.evaluate(() => localStorage.getItem('switchyard.runs.collapse.collapse.unread'));
  expect(await aside()).toContain('"settings":null');
});

test('two tabs keep both their runs, at rest and when they are hidden', async ({
  page,
  context,
}) => {
  const kept = () =>
    page.evaluate(() => {
      const runs = JSON.parse(localStorage.getItem('switchyard.runs.collapse.collapse') ?? '[]');
      return runs.map((run: { seed: number }) => run.seed);
    });
  const other = await context.newPage();
  const resting = await open(page, 'collapse', '?collapse.seed=3');
  await playSlowly(resting);
  const hidden = await open(other, 'collapse', '?collapse.seed=4');
  await playSlowly(hidden);
  await page.bringToFront();
  await pause(resting);
  await expect.poll(kept).toContain(3);
  await other.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await expect.poll(kept).toEqual([3, 4]);
  await page.goto('about:blank');
  await other.close();
  const again = await open(page, 'collapse');
  await again.getByRole('button', { name: 'Past runs (2)' }).click();
  await expect(again.locator('.lab-runs li')).toHaveCount(2);
  await again.getByRole('button', { name: 'Clear past runs' }).click();
  expect(await kept()).toEqual([]);
});

test('the reader’s run takes its place among the seeds', async ({ page }) => {
  const lab = await open(page, 'collapse', '?collapse.seed=21&rung=wasm');
  const words = lab.locator('.lab-strip-words').first();
  await expect(words).toContainText('8 seeds');
  await lab.getByLabel('speed').selectOption('full speed');
  await button(lab, 'Play').click();
  await expect(lab).toHaveAttribute('data-state', 'done');
  await expect(words).toContainText(/^yours: .* of nine$/);
  await expect(lab.locator('.lab-strip-row').first().locator('.lab-strip-own')).toHaveCount(1);

  const row = lab.getByRole('slider', { name: /run by run/ }).first();
  await row.focus();
  await expect(words).toContainText(/^(yours, )?seed \d/);
  const first = await words.textContent();
  await page.keyboard.press('ArrowRight');
  await expect(words).not.toHaveText(first!);
  await row.blur();

  await lab.getByLabel('speed').selectOption({ index: 0 });
  await lab.getByLabel('balancer').selectOption('switch');
  await play(lab);
  await pause(lab);
  await expect(lab.locator('.lab-strip-outside')).toContainText(
    /no place here: it differs from the recorded runs in balancer none → Switch loss/,
  );
});

test('a curve can be entered by hand, and a bad one is refused in words', async ({ page }) => {
  const lab = await open(page, 'fit');
  await button(lab, 'Enter heights').click();
  const field = lab.getByRole('textbox', { name: /Heights from left to right/ });
  await expect(field).toBeFocused();
  await field.fill('0 1 two');
  await button(lab, 'Use it').click();
  await expect(lab.locator('.lab-editor-words')).toHaveText('Height 3 is “two”, no number.');
  await expect(lab.getByLabel('target', { exact: true })).toHaveValue('wave');
  expect(await faults(page, { within: '.lab' })).toEqual([]);
  await systemTheme(page, 'dark');
  expect(await faults(page, { within: '.lab', rules: themed })).toEqual([]);
  await field.fill('0 1 0');
  await button(lab, 'Use it').click();
  await expect(lab.getByLabel('target', { exact: true })).toHaveValue('own');
  await expect(field).toHaveCount(0);
  await expect.poll(() => page.url()).toContain('fit.input=own:');
});

test.describe('your models', () => {
  const file = (x: number) => ({
    name: 'little one.safetensors',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(
      encodeModel(
        {
          form: 'decoder',
          about: {},
          weights: { w: { shape: [2], data: Float32Array.of(x, 1) } },
        },
        { remarks: { lab: 'speak' } },
      ),
    ),
  });

  test('come from files, are listed, saved and deleted; what is none is refused', async ({
    page,
  }) => {
    await page.goto('your-models/');
    await expect(page.getByText('No model is kept yet.')).toBeVisible();
    const field = page.getByLabel('Open a safetensors file');
    await field.setInputFiles(file(Number.NaN));
    const status = page.getByRole('status');
    await expect(status).toHaveText('The tensor w holds something that is not a number.');
    await field.setInputFiles(file(1));
    await expect(status).toHaveText('“little one” is kept now.');
    await field.setInputFiles(file(2));
    await expect(status).toHaveText('“little one (2)” is kept now.');
    await page.reload();
    const models = page.getByRole('listitem').filter({ has: page.getByRole('heading') });
    await expect(models).toHaveCount(2);
    await expect(models.first()).toContainText(/little one \(2\).*decoder, from the lab “speak”/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      models.first().getByRole('button', { name: 'Save as a file' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('little one (2).safetensors');
    expect(await faults(page)).toEqual([]);
    await systemTheme(page, 'dark');
    expect(await faults(page, { rules: themed })).toEqual([]);
    await models.first().getByRole('button', { name: 'Delete', exact: true }).click();
    await models.first().getByRole('button', { name: 'Keep it' }).click();
    await expect(models).toHaveCount(2);
    await models.first().getByRole('button', { name: 'Delete', exact: true }).click();
    await models.first().getByRole('button', { name: 'Delete it for good' }).click();
    await expect(models).toHaveCount(1);
    await expect(models).toContainText('little one');
  });
});
