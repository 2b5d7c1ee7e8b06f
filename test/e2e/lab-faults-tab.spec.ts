/** Faults of the tab around a lab, and of what is done to its page: sight, life, hands, translation. */
import { expect, type Page, test } from '@playwright/test';
import { chromium, flagsWithoutWebGPU } from '../../scripts/chromium.mjs';
import { type Fault, goesOn, type Hands, keptSeeds, pastRuns, testAll } from './support/faults';
import { button, open, pause, playSlowly, stepOf, translate } from './support/lab';

test.use({ launchOptions: { executablePath: chromium(), args: flagsWithoutWebGPU } });

const hide = (page: Page, hidden: boolean) =>
  page.evaluate((now) => {
    Object.defineProperty(document, 'hidden', { value: now, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

/** As a browser does it with a tab that was left for long, and looked at again. */
async function freeze({ page, context }: Hands): Promise<void> {
  const browser = await context.newCDPSession(page);
  await browser.send('Page.setWebLifecycleState', { state: 'frozen' });
  await browser.send('Page.setWebLifecycleState', { state: 'active' });
  await browser.detach();
}

const offline = ({ context }: Hands) => context.setOffline(true);

const faults: Fault[] = [
  {
    what: 'the tab is hidden',
    state: 'running',
    strike: ({ page }) => hide(page, true),
    async holds(hands) {
      await expect.poll(() => keptSeeds(hands.page, 'collapse')).toEqual([1]);
      await hide(hands.page, false);
      await goesOn(hands);
    },
    mended: true,
  },
  { what: 'the tab is frozen', state: 'running', strike: freeze, holds: goesOn, mended: true },
  {
    what: 'the page is translated',
    state: 'running',
    strike: ({ lab }) => translate(lab),
    async holds(hands) {
      const { lab } = hands;
      await goesOn(hands);
      const step = await pause(lab);
      await expect(button(lab, 'Play')).toBeVisible();
      await expect(lab.locator('.lab-now')).toContainText(`step ${step}`);
    },
  },
  {
    what: 'the tab is hidden',
    state: 'sweeping',
    strike: ({ page }) => hide(page, true),
    async holds(hands) {
      await hide(hands.page, false);
      await goesOn(hands);
    },
    mended: true,
  },
  { what: 'the tab is frozen', state: 'sweeping', strike: freeze, holds: goesOn, mended: true },
  { what: 'the line is gone', state: 'sweeping', strike: offline, holds: goesOn, mended: true },
  {
    what: 'the page is translated',
    state: 'sweeping',
    strike: ({ lab }) => translate(lab),
    async holds(hands) {
      await goesOn(hands);
      await button(hands.lab, 'Cancel').click();
      await expect(hands.lab).toHaveAttribute('data-state', 'idle');
      await expect(button(hands.lab, 'Play')).toBeVisible();
    },
  },
];

testAll(faults);

for (const [state, name] of [
  ['running', 'collapse'],
  ['sweeping', 'few-pairs'],
])
  test(`${state}: the tab is killed`, async ({ page, context }) => {
    const lab = await open(page, name);
    if (state === 'running') await playSlowly(lab);
    else await button(lab, 'Play').click();
    await expect.poll(() => keptSeeds(page, name)).toHaveLength(1);
    await expect(lab).toHaveAttribute('data-state', 'running');
    const browser = await context.newCDPSession(page);
    const killed = page.waitForEvent('crash');
    browser.send('Page.crash').catch(() => {});
    await killed;
    const again = await open(await context.newPage(), name);
    expect(await pastRuns(again)).toBe(1);
  });

test.describe('by finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('running: a finger pauses, plays and draws', async ({ page, context }) => {
    const lab = await open(page, 'fit');
    await lab.getByLabel('speed').selectOption({ index: 0 });
    await button(lab, 'Play').tap();
    await expect(lab.locator('.lab-badge')).toHaveText('computed here');
    await goesOn({ lab } as Hands);
    await button(lab, 'Pause').tap();
    await expect(lab).toHaveAttribute('data-state', 'paused');
    expect(await stepOf(lab)).toBeGreaterThan(0);
    await button(lab, 'Play').tap();
    await goesOn({ lab } as Hands);
    const field = lab.locator('.lab-layer rect');
    await field.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await field.boundingBox())!;
    const browser = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share?: number) =>
      browser.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          share === undefined ? [] : [{ x: x + share * width, y: y + (0.3 + share / 9) * height }],
      });
    await touch('touchStart', 0.2);
    for (const share of [0.3, 0.4, 0.5, 0.6, 0.7]) await touch('touchMove', share);
    await touch('touchEnd');
    await expect(lab.getByLabel('target', { exact: true })).toHaveValue('own');
    await goesOn({ lab } as Hands);
  });
});
