/** Labs on the built site, in a browser with WebGPU on a software adapter. */
import { readFile } from 'node:fs/promises';
import type { Locator } from '@playwright/test';
import { faults, themed } from './support/axe';
import { awake, button, open, pause, play, playSlowly, record, stepOf } from './support/lab';
import { settled, systemTheme } from './support/settled';
import { countShifts, shifted } from './support/shifts';
import { expect, test } from './support/test';

test('shows a recorded figure at once, and no TensorFlow.js before play', async ({ page }) => {
  const scripts: string[] = [];
  page.on('response', async (response) => {
    if (response.url().endsWith('.js')) scripts.push(await response.text());
  });
  const lab = await open(page, 'collapse');
  await expect(lab).toHaveAttribute('data-state', 'idle');
  await expect(lab).toHaveAttribute('data-backend', 'recorded');
  await expect(lab.locator('.lab-badge')).toHaveText('recorded');
  await expect(lab.locator('.lab-svg').first()).toHaveAttribute(
    'aria-label',
    /Share of (the )?assignments/,
  );
  await settled(page);
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) expect(script).not.toContain('WebGPUBackend');
  expect(scripts.reduce((sum, script) => sum + script.length, 0)).toBeLessThan(400_000);
});

test('trains with real steps, pauses, goes on and looks back', async ({ page }) => {
  const lab = await open(page, 'collapse');
  await playSlowly(lab);
  const first = await stepOf(lab);
  await expect.poll(() => stepOf(lab)).toBeGreaterThan(first);
  expect(Number(await lab.getAttribute('data-loss'))).toBeGreaterThan(0);
  const rested = await pause(lab);

  await lab.getByLabel('Look back to step').fill('2');
  await expect(lab).toHaveAttribute('data-step', '2');
  // Had it trained on in secret, one step would lead further than to the next.
  const seen = await record(lab, 'data-step');
  await button(lab, 'Step').click();
  await expect(lab).toHaveAttribute('data-step', String(rested + 1));
  await expect(lab).toHaveAttribute('data-state', 'paused');
  expect(Math.max(...(await seen('data-step')).map(Number))).toBe(rested + 1);
});

test('a pointer that rests on a lab makes it ready and changes nothing', async ({ page }) => {
  let workers = 0;
  page.on('worker', () => workers++);
  const lab = await open(page, 'fit');
  const shown = await lab.getAttribute('data-step');
  const seen = await record(lab, 'data-state', 'data-backend', 'data-step');
  await button(lab, 'Play').hover();
  await expect.poll(() => workers).toBe(1);
  await settled(page);
  expect(await seen('data-state')).toEqual(['idle']);
  expect(await seen('data-backend')).toEqual(['recorded']);
  expect(await seen('data-step')).toEqual([shown]);
  await play(lab);
  expect(workers).toBe(1);
  await expect.poll(() => stepOf(lab)).toBeGreaterThan(1);
});

test('takes a change while it runs and marks it on the time axis', async ({ page }) => {
  const lab = await open(page, 'collapse');
  await playSlowly(lab);
  await lab.getByLabel('balancer').selectOption('switch');
  await expect(lab.locator('.v-events').first()).toContainText('balancer: Switch loss');
  const before = await stepOf(lab);
  await expect.poll(() => stepOf(lab)).toBeGreaterThan(before);
  await expect(lab).toHaveAttribute('data-state', 'running');
});

test('keeps the former run when a setting starts training anew', async ({ page }) => {
  const lab = await open(page, 'collapse');
  await playSlowly(lab);
  await pause(lab);
  await lab.getByLabel(/^experts E/).fill('2');
  await expect(lab.getByRole('button', { name: 'Past runs (1)' })).toBeEnabled();
  await expect(lab).toHaveAttribute('data-step', '0');
  await lab.getByRole('button', { name: 'Past runs (1)' }).click();
  await expect(lab.locator('.lab-runs li')).toContainText('E 4 → 8');
  await play(lab, 2);
  await expect(lab.locator('.v-past').first()).toBeAttached();
});

test('an address reproduces the settings in another page', async ({ tab: page }) => {
  const lab = await open(page, 'collapse');
  await lab.getByLabel('balancer').selectOption('importance');
  await lab.getByLabel(/^experts E/).fill('4');
  await lab.getByLabel('seed').fill('7');
  await lab.getByLabel('seed').press('Enter');
  await button(lab, 'Share').click();
  const address = await lab.getByLabel('Address of this lab').inputValue();
  expect(address).toContain('collapse.balancer=importance');
  await expect.poll(() => page.url()).toContain('collapse.balancer=importance');

  const other = await page.context().newPage();
  await other.goto(address);
  const again = await awake(other, 'collapse');
  await expect(again.getByLabel('balancer')).toHaveValue('importance');
  await expect(again.getByLabel(/^experts E/)).toHaveValue('4');
  await expect(again.getByLabel('seed')).toHaveValue('7');
  await expect(again.locator('.lab-notes')).toContainText('Play trains with');
  await button(again, 'Share').click();
  expect(await again.getByLabel('Address of this lab').inputValue()).toBe(address);
});

test('answers nonsense in the address with a sentence', async ({ page }) => {
  const lab = await open(page, 'collapse', '?collapse.topK=99&collapse.colour=red&rung=abacus');
  await expect(lab.locator('.lab-notes')).toContainText(
    'topK=99 in the address is more than 4; 2 is used instead.',
  );
  await expect(lab.locator('.lab-notes')).toContainText('colour, which this lab');
  await expect(lab.locator('.lab-notes')).toContainText('rung=abacus');
});

test("a teacher's link hides and locks controls", async ({ tab: page }) => {
  const lab = await open(page, 'collapse', '?collapse.hide=jitter,zLoss&collapse.lock=topK');
  await expect(lab.getByLabel('jitter')).toHaveCount(0);
  await expect(lab.getByLabel(/^experts per token/)).toBeDisabled();
  await expect(lab.getByLabel('balancer')).toBeEnabled();
});

test('trains on WebGPU when asked, and comes back from a lost device', async ({ page }) => {
  const lab = await open(page, 'collapse', '?rung=webgpu');
  await playSlowly(lab);
  await expect(lab).toHaveAttribute('data-backend', 'webgpu');
  await lab.locator('.lab-where summary').click();
  await expect(lab.locator('.lab-rungs')).toContainText('WebGPU (chosen by hand)');
  await button(lab, 'Drill: lose the graphics device').click();
  await expect(lab).toHaveAttribute('data-state', 'lost');
  await expect(lab.locator('.lab-notes')).toContainText('went back to step');
  const back = await stepOf(lab);
  await button(lab, 'Go on from there').click();
  await expect(lab).toHaveAttribute('data-state', 'running');
  await expect.poll(() => stepOf(lab)).toBeGreaterThan(back);
});

test('replays the recorded run where nothing should be computed', async ({ page }) => {
  const lab = await open(page, 'collapse', '?rung=recorded');
  const recorded = await stepOf(lab);
  await lab.getByLabel('speed').selectOption('full speed');
  const seen = await record(lab, 'data-state', 'data-backend', 'data-step');
  await button(lab, 'Play').click();
  await expect(lab).toHaveAttribute('data-state', 'done');
  expect(await seen('data-state')).toEqual(expect.arrayContaining(['running', 'done']));
  expect(await seen('data-backend')).toEqual(['recorded']);
  await expect(lab.locator('.lab-badge')).toHaveText('recorded');
  const [end, ...steps] = (await seen('data-step')).map(Number);
  expect(end).toBe(recorded);
  expect(steps.length).toBeGreaterThan(10);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(steps.at(-1)).toBe(recorded);
});

test('two labs on a page: the second play pauses the first', async ({ page }) => {
  await page.goto('06-collapse-and-balance/');
  const first = await awake(page, 'collapse');
  await playSlowly(first);
  const second = await awake(page, 'capacity');
  await playSlowly(second);
  await expect(first).toHaveAttribute('data-state', 'paused');
});

test('works by keyboard alone', async ({ page }) => {
  const lab = await open(page, 'fit');
  await lab.getByLabel('speed').selectOption({ index: 0 });
  await button(lab, 'Play').focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => lab.getAttribute('data-state')).toBe('running');
  await page.keyboard.press('Space');
  await expect(lab).toHaveAttribute('data-state', 'paused');

  const pen = lab.getByRole('slider', { name: /Draw the target/ });
  await pen.focus();
  const before = await pen.getAttribute('aria-valuenow');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowUp');
  expect(Number(await pen.getAttribute('aria-valuenow'))).toBeCloseTo(Number(before) + 0.4, 1);
  await expect(lab.getByLabel('target', { exact: true })).toHaveValue('own');

  const rate = lab.getByLabel(/^learning rate η/);
  await rate.focus();
  const value = await rate.inputValue();
  await page.keyboard.press('ArrowLeft');
  expect(Number(await rate.inputValue())).toBe(Number(value) - 1);
});

test('trains on a target drawn with the pointer, and shares it', async ({ page }) => {
  const lab = await open(page, 'fit');
  const box = (await lab.locator('.v-draw rect').boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(0.1, 0.3));
  await page.mouse.down();
  await page.mouse.move(...at(0.5, 0.7), { steps: 5 });
  await page.mouse.move(...at(0.9, 0.3), { steps: 5 });
  await page.mouse.up();
  await expect(lab.getByLabel('target', { exact: true })).toHaveValue('own');
  const curve = (of: Locator) => of.locator('.v-target path').first().getAttribute('d');
  await button(lab, 'Share').click();
  const address = await lab.getByLabel('Address of this lab').inputValue();

  const other = await page.context().newPage();
  await other.goto(address);
  const again = await awake(other, 'fit');
  await expect(again.getByLabel('target', { exact: true })).toHaveValue('own');
  // A page behind another draws nothing: each is looked at in front.
  await expect(async () => {
    await page.bringToFront();
    const mine = await curve(lab);
    await other.bringToFront();
    expect(await curve(again)).toBe(mine);
  }).toPass();
  await play(again);
});

test('a goal that is met is told to the page', async ({ page }) => {
  const lab = await open(page, 'collapse', '?collapse.balancer=switch');
  await page.evaluate(() => {
    window.addEventListener('switchyard:goal', (event) => {
      document.documentElement.dataset.goal = JSON.stringify((event as CustomEvent).detail);
    });
  });
  await lab.getByLabel('speed').selectOption('full speed');
  await play(lab);
  const told = () => page.evaluate(() => document.documentElement.dataset.goal);
  await expect.poll(told).toBe(JSON.stringify({ lab: 'collapse', goal: 'even', met: true }));
});

test('runs where storage is forbidden', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('Forbidden here.', 'SecurityError');
      },
    });
  });
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const lab = await open(page, 'collapse');
  await play(lab);
  await pause(lab);
  await expect(lab.locator('.lab-notes')).toContainText('would not keep the run');
  expect(errors).toEqual([]);
});

test('runs survive a reload', async ({ tab: page }) => {
  const lab = await open(page, 'collapse');
  await playSlowly(lab);
  await pause(lab);
  await page.reload();
  const again = await awake(page, 'collapse');
  await expect(again.getByRole('button', { name: 'Past runs (1)' })).toBeEnabled();
});

test('gives its numbers as a table and as files', async ({ tab: page }) => {
  const lab = await open(page, 'capacity');
  await button(lab, 'Table').click();
  await expect(lab.getByRole('table').first()).toContainText('share of A');
  await button(lab, 'Save').click();
  for (const [name, end] of [
    ['Picture as SVG', '.svg'],
    ['Picture as PNG', '.png'],
    ['Numbers as CSV', '.csv'],
    ['PyTorch notebook (.ipynb)', '.ipynb'],
    ['PyTorch script (.py)', '.py'],
  ]) {
    const [file] = await Promise.all([page.waitForEvent('download'), button(lab, name).click()]);
    expect(file.suggestedFilename()).toContain(end);
    const content = await readFile(await file.path());
    expect(content.length).toBeGreaterThan(1000);
    if (end !== '.svg') continue;
    const wrong = await page.evaluate(
      (svg) =>
        new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror')
          ?.textContent,
      content.toString(),
    );
    expect(wrong).toBeUndefined();
  }
});

test('its panels have no faults that axe can find, in both themes', async ({ page }) => {
  // Tables differ from lab to lab: the sweep of the pages opens each. These are the same on all.
  const lab = await open(page, 'collapse');
  await playSlowly(lab);
  await pause(lab);
  await lab.getByLabel(/^experts E/).fill('2');
  for (const panel of [/^Past runs/, 'Share', 'Save']) {
    await lab.getByRole('button', { name: panel }).click();
    await lab.locator('.lab-panel').waitFor();
    await systemTheme(page, 'light');
    expect(await faults(page, { within: '.lab' }), `${panel}`).toEqual([]);
    await systemTheme(page, 'dark');
    expect(await faults(page, { within: '.lab', rules: themed }), `${panel}, dark`).toEqual([]);
  }
});

test('does not move when its script arrives', async ({ page }) => {
  await countShifts(page);
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const lab = await open(page, 'collapse');
    expect(await shifted(page), `${width} px`).toBeLessThan(0.02);
    const overflow = await lab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${width} px`).toBeLessThanOrEqual(0);
  }
});

test('fits the narrowest page, with targets large enough for a finger', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  for (const name of ['collapse', 'fit', 'price']) {
    const lab = await open(page, name);
    const overflow = await lab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, name).toBeLessThanOrEqual(0);
    expect((await button(lab, 'Play').boundingBox())!.height).toBeGreaterThanOrEqual(44);
    for (const target of await lab.locator('button, select, input, summary').all()) {
      if (!(await target.isVisible())) continue;
      const { width, height } = (await target.boundingBox())!;
      expect(
        Math.min(width, height),
        await target.evaluate((e) => e.outerHTML.slice(0, 90)),
      ).toBeGreaterThanOrEqual(24);
    }
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the recorded figure is readable and nothing looks alive', async ({ page }) => {
    for (const width of [390, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto('embed/collapse/');
      const lab = page.locator('#collapse.lab');
      await expect(lab.locator('.lab-title')).not.toBeEmpty();
      await expect(lab.locator('.lab-badge')).toHaveText('recorded');
      await expect(lab.getByRole('img').first()).toBeVisible();
      for (const control of await lab.locator('button, select, input').all())
        await expect(control).toBeHidden();
      await expect(page.getByText('This figure shows a recorded run.')).toBeVisible();
    }
  });
});
