/** What pages weigh, in compressed bytes: a reader on a telephone pays for them. */
import { gzipSync } from 'node:zlib';
import { expect, type Page, type Response, test } from '@playwright/test';
import { settled } from './support/settled';
import { chapters } from './support/site';

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
      bytes.prose = packed(body.toString().replace(/<sleeping-lab>[\s\S]*?<\/sleeping-lab>/g, ''));
  };
  page.on('response', (response) => pending.push(add(response)));
  await page.setViewportSize({ width: 1440, height });
  await page.goto(path);
  await settled(page);
  await Promise.all(pending);
  return bytes;
}
const packed = (text: string | Buffer) => gzipSync(text, { level: 9 }).length;

/** Station 17 draws its model, with switches, and a character's journey through it. */
const styles = (path: string) => (path.startsWith('17-') ? 14_800 : 13_500);
const limits: Record<string, Record<string, number>> = {
  '': { prose: 8_000, css: 9_800, font: 60_000, js: 5_000 },
  ...Object.fromEntries(
    chapters.map((path) => [path, { prose: 26_000, css: styles(path), font: 116_000, js: 8_000 }]),
  ),
  'library/': { prose: 16_000, css: 8_500, font: 70_000, js: 5_000 },
  'library/tasks/': { prose: 34_000, css: 8_500, font: 102_000, js: 6_500 },
  'embed/collapse/': { prose: 5_000, css: 7_400, font: 60_000 },
};
for (const [path, limit] of Object.entries(limits))
  test(`/${path} stays within its budget`, async ({ page }) => {
    // Low enough that no lab comes near the view: what a reader pays before the first figure.
    const bytes = await weigh(page, path, 100);
    for (const [kind, most] of Object.entries(limit))
      expect(bytes[kind], `${kind}: ${JSON.stringify(bytes)}`).toBeLessThanOrEqual(most);
  });

test('a lab in view costs less than 120 kB of scripts, half of them Plot', async ({ page }) => {
  const { js } = await weigh(page, 'embed/collapse/', 900);
  expect(js).toBeGreaterThan(10_000);
  expect(js).toBeLessThanOrEqual(120_000);
});

test('the editor costs at most 150 kB of scripts, on Edit and not before', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 100 });
  await page.goto('library/routers/');
  await settled(page);
  let bytes = 0;
  const pending: Promise<void>[] = [];
  page.on('response', (response) => {
    if (!kinds.js.test(response.headers()['content-type'] ?? '')) return;
    const add = async () => {
      bytes += packed(await response.body());
    };
    pending.push(add());
  });
  const cell = page.locator('#cell-softmaxTopK');
  await cell.getByRole('button', { name: 'Edit' }).click();
  await expect(cell.locator('.cm-content')).toBeVisible();
  await Promise.all(pending);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThanOrEqual(150_000);
});
