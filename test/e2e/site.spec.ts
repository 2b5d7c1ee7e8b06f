/** The site around the labs, as a reader uses it. */
import { serve } from '../../scripts/serve.mjs';
import { faults } from './support/axe';
import { settled } from './support/settled';
import { countShifts, shifted } from './support/shifts';
import { chapter, chapters, dist } from './support/site';
import { expect, test } from './support/test';
import { watch } from './support/watch';

test.describe('in a folder', () => {
  test('reads, searches, wakes and trains at /a/b/', async ({ page }) => {
    const host = await serve({ root: dist, folder: '/a/b/' });
    try {
      const watched = await watch(page);
      await page.goto(host.url);
      await page.getByRole('link', { name: 'Start at station 01' }).click();
      await expect(page).toHaveURL(`${host.url}01-one-hidden-layer/`);
      await page.locator('.lab').first().scrollIntoViewIfNeeded();
      await expect(page.locator('.lab').first()).toHaveAttribute('data-ready', /.*/);
      const fonts = await page.evaluate(async () => {
        await document.fonts.ready;
        return [...document.fonts]
          .filter(({ status }) => status === 'loaded')
          .map(({ family }) => family);
      });
      expect(fonts.join()).toContain('Source Serif 4');

      await page.keyboard.press('/');
      await page.getByRole('searchbox').fill('collapse');
      await expect(page.locator('.search-results a').first()).toBeVisible();
      await page.locator('.search-results a', { hasText: 'Why do two experts' }).click();
      await expect(page).toHaveURL(new RegExp(`^${host.url}06-`));

      // The worker, TensorFlow.js and its WebAssembly, found relative to the script.
      await page.goto(`${host.url}embed/fit/?rung=wasm`);
      const lab = page.locator('.lab');
      await expect(lab).toHaveAttribute('data-ready', /.*/);
      await lab.getByRole('button', { name: 'Play', exact: true }).click();
      await expect(lab.locator('.lab-badge')).toHaveText('computed here');
      await expect(lab).toHaveAttribute('data-backend', 'wasm');
      await watched.clean();
    } finally {
      await host.close();
    }
  });
});

test('an unknown address gets a page of the site', async ({ page }) => {
  const watched = await watch(page, { missing: true });
  const response = await page.goto('no/such/station/');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'No station here' })).toBeVisible();
  await expect(page.locator('h1')).toHaveCSS('font-family', /Source Serif Display/);
  await expect(page.getByText('You may want')).toHaveCount(chapters.length);
  await expect(page.getByText('You may want').filter({ visible: true })).toHaveCount(0);
  await page.getByRole('link', { name: 'Back to the map' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Mixtures of experts');
  // One that is only misspelt leads where it was meant to.
  await page.goto('06-colapse-and-balanse/');
  await page.getByRole('link', { name: '06, Collapse and balance' }).click();
  await expect(page).toHaveURL(new RegExp(`/${chapter}$`));
  await watched.clean();
});

test('search finds a name of the library, and leads to its entry', async ({ page }) => {
  await page.goto('');
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill('sinkhornRouter');
  const found = page.locator('.search-results a', { hasText: 'Routers' });
  await expect(found).toContainText('sinkhornRouter');
  await found.click();
  await expect(page).toHaveURL(/\/library\/routers\/#sinkhornRouter$/);
  await expect(page.locator('#sinkhornRouter')).toBeInViewport();
});

test('search finds, says how much, and says when it finds nothing', async ({ page }) => {
  await page.goto('');
  await page.getByRole('button', { name: /Search/ }).click();
  const field = page.getByRole('searchbox');
  await expect(field).toBeFocused();
  await field.fill('collapse');
  await expect(page.locator('.search-status')).toContainText(/\d+ pages?/);
  await expect(page.locator('.search-results')).toContainText(
    'Why do two experts take everything?',
  );
  await expect(page.locator('.search-results mark').first()).toContainText(/collaps/i);
  expect(await faults(page, { within: '#search' })).toEqual([]);
  await field.fill('zzyzx');
  await expect(page.locator('.search-status')).toHaveText('Nothing found for “zzyzx”.');
  await page.keyboard.press('Escape');
  await expect(page.locator('#search')).toBeHidden();
  await page.keyboard.press('/');
  await field.fill('z-loss');
  await expect(page.locator('.search-results a').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/\/$(?<!06-.*)/);
});

test('the theme is the system’s until chosen, and then stays', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('');
  const paper = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await paper();
  const button = page.getByRole('button', { name: 'Dark theme' });
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
  const light = await paper();
  expect(light).not.toBe(dark);
  await page.goto(chapter);
  expect(await paper()).toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await page.reload();
  expect(await paper()).toBe(dark);
});

test('works where the browser keeps nothing', async ({ page }) => {
  const watched = await watch(page);
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('blocked', 'SecurityError');
      },
    });
  });
  await page.goto(chapter);
  await page.locator('.predict button').first().click();
  await expect(page.locator('.predict details').first()).toHaveAttribute('open', '');
  await watched.clean();
});

test('the first key leads past the header', async ({ page }) => {
  await page.goto(chapter);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('on a narrow screen the menu opens without a script', async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    baseURL,
    javaScriptEnabled: false,
    viewport: { width: 390, height: 800 },
  });
  const page = await context.newPage();
  await page.goto('');
  await expect(page.locator('#menu')).toBeHidden();
  await page.getByRole('button', { name: 'Menu' }).click();
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: 'Glossary' })
    .click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Glossary');
  await context.close();
});

test('without scripts a chapter is whole', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(chapter);
  await expect(page.locator('.lab-svg').first()).toBeVisible();
  await expect(page.locator('math').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /Search/ })).toBeHidden();
  const answer = page.locator('.predict details').first();
  await answer.locator('summary').click();
  await expect(answer).toHaveAttribute('open', '');
  await page.locator('.term').first().click();
  await expect(page).toHaveURL(/\/glossary\/#/);
  await context.close();
});

test('the map knows where its reader has been', async ({ tab: page }) => {
  await page.goto('');
  await expect(page.locator('[data-station-mark].visited')).toHaveCount(0);
  await expect(page.locator('.continue:visible')).toHaveCount(0);
  await page.goto(chapter);
  await page.goto('');
  await expect(page.locator('.map-wide [data-station-mark="06-collapse-and-balance"]')).toHaveClass(
    /visited/,
  );
  await page.getByRole('link', { name: /^Continue with 06/ }).click();
  await expect(page).toHaveURL(/06-collapse-and-balance\/$/);
});

test('planned stations are drawn and are no links', async ({ page }) => {
  await page.goto('');
  const map = page.getByRole('navigation', { name: 'Map of the course' });
  await expect(map.locator('.map-wide [data-station-mark]')).toHaveCount(chapters.length);
  await expect(map.locator('.map-wide a')).toHaveCount(chapters.length);
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(map.locator('.map-wide')).toBeHidden();
  await expect(map.getByRole('listitem')).toHaveCount(chapters.length);
  await expect(map.getByRole('link')).toHaveCount(chapters.length);
});

test('a prediction is kept, and opens its explanation', async ({ tab: page }) => {
  await page.goto(chapter);
  const predict = page.locator('.predict').first();
  await expect(predict.locator('summary')).toHaveText('Your answer opens the explanation.', {
    useInnerText: true,
  });
  await predict.locator('summary').click();
  await expect(predict.locator('details')).not.toHaveAttribute('open', '');
  const second = predict.getByRole('group').getByRole('button').nth(1);
  const words = (await second.textContent())!.trim();
  await second.click();
  await expect(predict.locator('details')).toHaveAttribute('open', '');
  await expect(predict.getByRole('status')).toContainText(`You said: ${words}`);
  await page.reload();
  await expect(second).toHaveAttribute('aria-pressed', 'true');
  await expect(second).toBeDisabled();
  await predict.locator('summary').click();
  await expect(predict.getByRole('status')).toContainText(`You said: ${words}`);
});

test('an exercise is ticked by the reader’s own run', async ({ page }) => {
  await page.goto(chapter);
  const exercise = page.locator('.exercise[data-goal]').first();
  const [lab, goal] = (await exercise.getAttribute('data-goal'))!.split('.');
  const tell = (met: boolean) =>
    page.evaluate((detail) => dispatchEvent(new CustomEvent('switchyard:goal', { detail })), {
      lab,
      goal,
      met,
    });
  await tell(false);
  await expect(exercise.getByRole('status')).toHaveText(
    'Checked on your own run: not reached yet.',
  );
  await tell(true);
  await expect(exercise.getByRole('status')).toHaveText('Reached on your own run.');
  await page.reload();
  await expect(exercise.getByRole('status')).toHaveText('Reached on an earlier run of yours.');
});

test('a term shows its entry on focus, and Escape closes it', async ({ page }) => {
  await page.goto(chapter);
  const term = page.locator('.term').first();
  await term.focus();
  const card = page.locator('.card:popover-open');
  await expect(card).toBeVisible();
  await expect(term).toHaveAttribute('aria-describedby', (await card.getAttribute('id'))!);
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  const measured = page.locator('.measured').first();
  await measured.focus();
  await expect(page.locator('.card:popover-open')).toContainText('recorded run');
});

test('a symbol and its explanation light up together', async ({ page }) => {
  await page.goto(chapter);
  const equation = page.locator('.equation').first();
  await equation.scrollIntoViewIfNeeded();
  const symbol = equation.locator('.sym-0').first();
  const before = await symbol.evaluate((node) => getComputedStyle(node).color);
  await equation.locator('.symbol-0').hover();
  await expect.poll(() => symbol.evaluate((node) => getComputedStyle(node).color)).not.toBe(before);
});

test('a teacher sees the notes', async ({ tab: page }) => {
  await page.goto(chapter);
  await expect(page.locator('.teacher')).toBeHidden();
  await page.goto(`${chapter}?view=teacher`);
  await expect(page.getByRole('heading', { name: /For teaching this station/ })).toBeVisible();
});

test('prints text, notes and figures, and none of the controls around them', async ({
  tab: page,
}) => {
  await page.goto(chapter);
  await page.emulateMedia({ media: 'print' });
  for (const gone of ['.top', '.bottom', '.linebar', '.way'])
    await expect(page.locator(gone)).toBeHidden();
  for (const there of ['h1', '.lab-svg', '.note', 'math', '.references'])
    await expect(page.locator(there).first()).toBeVisible();
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
});

test('nothing jumps', async ({ page }) => {
  await countShifts(page);
  for (const path of ['', chapter, '01-one-hidden-layer/']) {
    await page.goto(path);
    // Labs wake as they come into view.
    for (let i = 0; i < 8; i++) {
      await page.evaluate(() => scrollBy({ top: 700, behavior: 'instant' }));
      await settled(page);
    }
    expect(await shifted(page), `/${path}`).toBeLessThan(0.01);
  }
});
