/** What a hand needs of a lab while it runs: that its buttons stay where they are, and what they are. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { chromium, flagsWithoutWebGPU } from '../../scripts/chromium.mjs';
import { awake, button, open, pause, playSlowly } from './support/lab';

test.use({ launchOptions: { executablePath: chromium(), args: flagsWithoutWebGPU } });

/** Presses by keyboard; whoever has the focus then, it is not nobody. */
async function press(pressed: Locator): Promise<void> {
  await pressed.focus();
  await pressed.press('Enter');
}

const focused = (page: Page) =>
  page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    await frame();
    return document.activeElement?.textContent?.trim() || document.activeElement?.localName;
  });

test('nothing is pulled up under a finger by a title that takes a line less', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const lab = await open(page, 'dense-or-mixture');
  const places = await lab.evaluate(async (root) => {
    const play = root.querySelector('.lab-play')!;
    const back = root.querySelector<HTMLInputElement>('.lab-look input')!;
    const frame = () => new Promise(requestAnimationFrame);
    const seen: { y: number; title: string }[] = [];
    for (let step = 1; step <= Number(back.max); step += 3) {
      back.value = String(step);
      back.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await frame();
      await frame();
      seen.push({
        y: play.getBoundingClientRect().top + scrollY,
        title: root.querySelector('.lab-title')!.textContent!,
      });
    }
    return seen;
  });
  const lengths = places.map(({ title }) => title.length);
  // Its titles are of two and of three lines, in turn.
  expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(20);
  const risen = places.filter(({ y }, i) => i > 0 && y < places[i - 1].y);
  expect(risen).toEqual([]);
});

test('a button that goes, or has no more to do, hands the focus on', async ({ page }) => {
  await test.step('an editor is left', async () => {
    const lab = await open(page, 'fit');
    await press(button(lab, 'Enter heights'));
    await expect(lab.getByRole('textbox', { name: /Heights from left/ })).toBeFocused();
    await press(button(lab, 'Cancel'));
    expect(await focused(page)).toBe('Enter heights');
  });

  await test.step('the engine does not come, and is asked for again', async () => {
    await page.route('**/_astro/worker-*.js', (route) => route.abort());
    const lab = await open(page, 'collapse');
    await press(button(lab, 'Play'));
    await press(button(lab, 'Try again'));
    await expect(lab.locator('.lab-play')).toBeFocused();
    await page.unroute('**/_astro/worker-*.js');
  });

  await test.step('past runs are cleared', async () => {
    const lab = await open(page, 'collapse');
    await playSlowly(lab);
    await pause(lab);
    await page.reload();
    await awake(page, 'collapse');
    await press(button(lab, 'Past runs (1)'));
    await press(button(lab, 'Clear past runs'));
    expect(await focused(page)).toBe('Past runs (0)');
  });

  await test.step('a sweep is cancelled', async () => {
    const lab = await open(page, 'few-pairs');
    await press(button(lab, 'Play'));
    await expect(lab).toHaveAttribute('data-state', 'running');
    await press(button(lab, 'Cancel'));
    await expect(lab).toHaveAttribute('data-state', 'idle');
    expect(await focused(page)).toBe('Cancel');
  });

  await test.step('all drafts are judged', async () => {
    const lab = await open(page, 'verifier');
    await press(button(lab, 'All the rest by that'));
    await expect(lab).toContainText(/All .* drafts are judged/);
    expect(await focused(page)).toBe('All the rest by that');
  });

  await test.step('a lab’s script comes at the second try', async () => {
    const script = '**/_astro/width*.js*';
    await page.route(script, (route) => route.abort());
    await page.goto('embed/width/');
    const again = page.getByRole('alert').getByRole('button');
    await again.waitFor();
    await page.unroute(script);
    await press(again);
    await expect(page.locator('#width .lab-play')).toBeFocused();
  });
});

test('a press for the menu, whose end is never told, stops no picture', async ({ page }) => {
  const lab = await open(page, 'collapse');
  await playSlowly(lab);
  const chart = lab.locator('.lab-chart').first();
  await chart.hover();
  await page.mouse.down({ button: 'right' });
  await chart.locator('.lab-svg').evaluate((svg) => svg.setAttribute('data-before', ''));
  await expect(chart.locator('.lab-svg[data-before]')).toHaveCount(0);
});

test.describe('by finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('a second finger draws nothing, and what was drawn stays', async ({ page, context }) => {
    const lab = await open(page, 'fit');
    const pen = lab.locator('.v-draw');
    await pen.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await pen.locator('rect').boundingBox())!;
    const browser = await context.newCDPSession(page);
    const at = (id: number, across: number, down: number) => ({
      id,
      x: x + across * width,
      y: y + down * height,
    });
    const touch = (
      type: 'touchStart' | 'touchMove' | 'touchCancel',
      ...touchPoints: ReturnType<typeof at>[]
    ) => browser.send('Input.dispatchTouchEvent', { type, touchPoints });
    await touch('touchStart', at(1, 0.4, 0.5));
    for (const across of [0.5, 0.6]) await touch('touchMove', at(1, across, 0.5));
    // Over the middle: a stroke from the one to the other would be seen there.
    await touch('touchStart', at(1, 0.6, 0.5), at(2, 0.1, 0.05));
    await touch('touchMove', at(1, 0.62, 0.5), at(2, 0.12, 0.05));
    await touch('touchCancel');
    await expect(lab.getByLabel('target', { exact: true })).toHaveValue('own');
    await expect.poll(() => page.url()).toContain('fit.input=own:');
    await expect(pen).toHaveAttribute('aria-valuenow', /^-?0(\.0\d?)?$/);
  });
});
