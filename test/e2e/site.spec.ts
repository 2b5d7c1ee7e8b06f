/** The site around the labs: every page in both themes, any folder, no one else's files, budgets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, type Response, test } from '@playwright/test';
import { serve } from '../../scripts/serve.mjs';

const dist = 'dist';
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((file) =>
  file.replaceAll('\\', '/'),
);
const pages = files
  .filter((file) => file.endsWith('.html'))
  .map((file) => file.replace(/index\.html$/, ''))
  .toSorted();
const chapter = '06-collapse-and-balance/';

/** What must not happen on any page. Collected from before its first script runs. */
async function watch(page: Page, allowed404 = 0) {
  const faults: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (allowed404 && /404/.test(message.text())) return;
    faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol)) origins.add(url.origin);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !allowed404)
      faults.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  return {
    faults,
    async clean() {
      await page.waitForLoadState('networkidle');
      expect(faults).toEqual([]);
      expect([...origins]).toEqual([new URL(page.url()).origin]);
    },
  };
}

test.describe('every page', () => {
  test('is there', () => {
    expect(pages.length).toBeGreaterThan(10);
    expect(pages).toEqual(
      expect.arrayContaining([
        '',
        '404.html',
        'glossary/',
        'models/',
        'sources/',
        'recorded-runs/',
        chapter,
      ]),
    );
  });

  for (const path of pages)
    test(`/${path} is accessible, quiet and its own`, async ({ page }) => {
      test.setTimeout(120_000);
      const watched = await watch(page);
      await page.emulateMedia({ reducedMotion: 'reduce' });
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [1440, 390]) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          await page.goto(path);
          await watched.clean();
          const { violations } = await new AxeBuilder({ page }).analyze();
          const found = violations.map(
            ({ id, nodes }) =>
              `${colorScheme} ${width}: ${id} ${nodes.map(({ target }) => target).join(' | ')}`,
          );
          expect(found).toEqual([]);
        }
      await page.setViewportSize({ width: 320, height: 640 });
      // Figures follow the width a frame later.
      await expect
        .poll(
          () =>
            page.evaluate(
              () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
            ),
          { message: 'pixels of sideways scrolling at 320 px' },
        )
        .toBeLessThanOrEqual(0);
    });
});

test('every link inside the site leads somewhere', () => {
  const ids = new Map<string, Set<string>>();
  const text = (file: string) => readFileSync(join(dist, file), 'utf8');
  const idsOf = (file: string) => {
    let found = ids.get(file);
    if (!found) {
      found = new Set([...text(file).matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]));
      ids.set(file, found);
    }
    return found;
  };
  const broken: string[] = [];
  for (const page of files.filter((file) => file.endsWith('.html')))
    for (const [, link] of text(page).matchAll(/<[a-z-]+\s[^<>]*?(?:href|src)="([^"]*)"/g)) {
      if (/^(https?|data|mailto|blob):/.test(link)) continue;
      const [path, anchor] = link.replaceAll('&amp;', '&').split('#');
      const plain = path.split('?')[0];
      let file = plain.startsWith('/')
        ? plain.slice(1)
        : plain
          ? posix.join(posix.dirname(page), plain)
          : page;
      if (!file || file === '.' || file.endsWith('/')) file = posix.join(file, 'index.html');
      if (!files.includes(file)) broken.push(`${page}: ${link}`);
      else if (anchor && file.endsWith('.html') && !idsOf(file).has(anchor))
        broken.push(`${page}: ${link} (no such place)`);
    }
  expect([...new Set(broken)]).toEqual([]);
});

test.describe('in a folder', () => {
  test('reads, searches, wakes and trains at /a/b/', async ({ page }) => {
    test.setTimeout(150_000);
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
      await expect(lab.locator('.lab-badge')).toHaveText('computed here', { timeout: 60_000 });
      await expect(lab).toHaveAttribute('data-backend', 'wasm', { timeout: 60_000 });
      await watched.clean();
    } finally {
      await host.close();
    }
  });
});

test('an unknown address gets a page of the site', async ({ page }) => {
  const watched = await watch(page, 1);
  const response = await page.goto('no/such/station/');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'No station here' })).toBeVisible();
  await expect(page.locator('h1')).toHaveCSS('font-family', /Source Serif Display/);
  await page.getByRole('link', { name: 'Back to the map' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Mixtures of experts');
  await watched.clean();
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
  const { violations } = await new AxeBuilder({ page }).include('#search').analyze();
  expect(violations).toEqual([]);
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

test('the map knows where its reader has been', async ({ page }) => {
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
  await expect(map.locator('.map-wide [data-station-mark]')).toHaveCount(17);
  const open = pages.filter((path) => /^\d\d-/.test(path)).length;
  await expect(map.locator('.map-wide a')).toHaveCount(open);
  await page.setViewportSize({ width: 390, height: 800 });
  await expect(map.locator('.map-wide')).toBeHidden();
  await expect(map.getByRole('listitem')).toHaveCount(17);
  await expect(map.getByRole('link')).toHaveCount(open);
});

test('a prediction is kept, and opens its explanation', async ({ page }) => {
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

test('a teacher sees the notes', async ({ page }) => {
  await page.goto(chapter);
  await expect(page.locator('.teacher')).toBeHidden();
  await page.goto(`${chapter}?view=teacher`);
  await expect(page.getByRole('heading', { name: /For teaching this station/ })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('.teacher').analyze();
  expect(violations).toEqual([]);
});

test('prints text, notes and figures, and none of the controls around them', async ({ page }) => {
  await page.goto(chapter);
  await page.emulateMedia({ media: 'print' });
  for (const gone of ['.top', '.bottom', '.linebar', '.way'])
    await expect(page.locator(gone)).toBeHidden();
  for (const there of ['h1', '.lab-svg', '.note', 'math', '.references'])
    await expect(page.locator(there).first()).toBeVisible();
  expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
});

test('nothing jumps', async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const path of ['', chapter, '01-one-hidden-layer/']) {
    await page.goto(path);
    // Labs wake as they come into view.
    for (let i = 0; i < 8; i++) {
      await page.mouse.wheel(0, 700);
      await page.waitForTimeout(150);
    }
    await page.waitForLoadState('networkidle');
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(
      shifts.reduce((sum, shift) => sum + shift, 0),
      `/${path}`,
    ).toBeLessThan(0.01);
  }
});

test.describe('weights', () => {
  const kinds: Record<string, RegExp> = {
    html: /html/,
    css: /css/,
    font: /font/,
    js: /javascript/,
  };

  /** Compressed bytes by kind that a page fetches, with labs in view or none. */
  async function weigh(page: Page, path: string, height: number): Promise<Record<string, number>> {
    const bytes: Record<string, number> = { html: 0, css: 0, font: 0, js: 0, prose: 0 };
    const pending: Promise<void>[] = [];
    const add = async (response: Response) => {
      const type = response.headers()['content-type'] ?? '';
      const kind = Object.keys(kinds).find((name) => kinds[name].test(type));
      if (!kind) return;
      const body = await response.body();
      bytes[kind] += kind === 'font' ? body.length : packed(body);
      // Figures that are drawn at build come on top: they replace scripts.
      if (kind === 'html')
        bytes.prose = packed(
          body.toString().replace(/<sleeping-lab>[\s\S]*?<\/sleeping-lab>/g, ''),
        );
    };
    page.on('response', (response) => pending.push(add(response)));
    await page.setViewportSize({ width: 1440, height });
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    await Promise.all(pending);
    return bytes;
  }
  const packed = (text: string | Buffer) => gzipSync(text, { level: 9 }).length;

  const chapters = pages.filter((path) => /^\d\d-/.test(path));
  const limits: Record<string, Record<string, number>> = {
    '': { prose: 8_000, css: 12_000, font: 60_000, js: 5_000 },
    ...Object.fromEntries(
      chapters.map((path) => [path, { prose: 20_000, css: 12_000, font: 95_000, js: 6_000 }]),
    ),
    'embed/collapse/': { prose: 5_000, css: 8_000, font: 60_000 },
  };
  for (const [path, limit] of Object.entries(limits))
    test(`/${path} stays within its budget`, async ({ page }) => {
      // Low enough that no lab comes near the view: what a reader pays before the first figure.
      const bytes = await weigh(page, path, 100);
      for (const [kind, most] of Object.entries(limit))
        expect(bytes[kind], `${kind}: ${JSON.stringify(bytes)}`).toBeLessThanOrEqual(most);
    });

  test('a lab in view costs less than 100 kB of scripts', async ({ page }) => {
    const { js } = await weigh(page, 'embed/collapse/', 900);
    expect(js).toBeGreaterThan(10_000);
    expect(js).toBeLessThanOrEqual(100_000);
  });
});
