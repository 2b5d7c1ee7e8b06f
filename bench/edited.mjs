/**
 * `npm run bench -- edited`: a reader's code against the library's. The step of station 06 with an
 * edited copy of its router, on both backends; and, on the built site, how long it takes from "Train
 * with this" to the first step drawn, pressed as soon as the editor is there and after a line was
 * typed, and what the editor weighs. The function gives a sentence for each target that is missed by far too much to be
 * the machine's doing: losses that differ, and an editor that is too heavy.
 */
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { chromiumFlags, chromium as findChromium } from '../scripts/chromium.mjs';
import { serve } from '../scripts/serve.mjs';
import { openBrowser } from './browser.mjs';
import { rounded } from './compare.mjs';

/** Time of an edited step over the library's, first step after the press, and the editor's weight. */
const limits = { ratio: 1.5, firstStepMs: 1000, editorBytes: 150_000 };
/** Losses of equal meaning differ by rounding. */
const tolerance = 1e-4;

/** One row a backend; `page` is the benchmark's. */
export async function editedRows(page, rounds = 30) {
  const rows = [];
  for (const backend of ['webgpu', 'wasm'])
    rows.push(
      await page.evaluate(([b, count]) => globalThis.bench.edited(b, count), [backend, rounds]),
    );
  return rows;
}

/** Milliseconds between two keys of a reader who types. */
const betweenKeys = 200;

/** Milliseconds to the first step with code, at once and after typing; undefined without dist/. */
export async function measureCell({ root = 'dist', tries = 5 } = {}) {
  const station = '06-collapse-and-balance';
  if (!existsSync(`${root}/${station}/index.html`)) return undefined;
  const server = await serve({ root });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  try {
    const page = await browser.newPage();
    // Where data is dear no worker is made ready: the editor is weighed alone.
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
    });
    await page.goto(`${server.url}${station}/?rung=wasm&collapse.balancer=switch`);
    const lab = page.locator('#collapse.lab');
    await lab.scrollIntoViewIfNeeded();
    await page.waitForSelector('#collapse.lab[data-ready]');
    const scripts = [];
    const weigh = async (response) => {
      if (/javascript/.test(response.headers()['content-type'] ?? ''))
        scripts.push(gzipSync(await response.body(), { level: 9 }).length);
    };
    const pending = [];
    const hear = (response) => pending.push(weigh(response));
    page.on('response', hear);
    const cell = page.locator('#cell-collapse');
    await cell.getByRole('button', { name: 'Edit' }).click();
    const content = cell.locator('.cm-content');
    await content.waitFor();
    await Promise.all(pending);
    page.off('response', hear);
    const editorBytes = scripts.reduce((sum, size) => sum + size, 0);
    await page.evaluate(() => {
      navigator.connection.saveData = false;
    });
    const times = [];
    for (let i = 0; i <= tries; i++) {
      if (i) {
        await content.press('ControlOrMeta+End');
        await page.keyboard.type('\n// once again', { delay: betweenKeys });
      }
      const drawn = page.evaluate(watchFirstStep);
      await cell.getByRole('button', { name: 'Train with this' }).click();
      times.push(await drawn);
    }
    const [first, ...warm] = times.map(Math.round);
    return { editorBytes, first, warm };
  } finally {
    await browser.close();
    await server.close();
  }
}

export function sayEdited(rows, cell) {
  console.table(
    rows.map(({ backend, builtInMs, editedMs, ratio, refusal }) => ({
      backend,
      'library’s router, ms per step': rounded(builtInMs),
      'edited copy, ms per step': rounded(editedMs),
      ratio: rounded(ratio),
      limit: `at most ${limits.ratio}`,
      replayed: refusal ?? 'as the library’s',
    })),
  );
  if (!cell) return console.log('dist/ is not built: the cell itself is not measured.');
  const { first, warm, editorBytes } = cell;
  console.log(
    `From “Train with this” to the first step drawn: ${first} ms pressed as soon as the editor is there, ${warm.join(', ')} ms after typing a line (at most ${limits.firstStepMs} warm). The editor: ${editorBytes} bytes of scripts (at most ${limits.editorBytes}).`,
  );
}

export function editedComplaints(rows, cell) {
  const words = rows
    .filter(({ apart }) => !(apart <= tolerance))
    .map(({ backend, apart }) => `On ${backend} the edited router’s losses differ, by ${apart}.`);
  if (cell && !(cell.editorBytes <= limits.editorBytes))
    words.push(`The editor weighs ${cell.editorBytes} bytes.`);
  return words;
}

export default async function alone() {
  const { page, close } = await openBrowser();
  let rows;
  try {
    rows = await editedRows(page);
  } finally {
    await close();
  }
  const cell = await measureCell();
  sayEdited(rows, cell);
  return editedComplaints(rows, cell);
}

// In the page:

/** Milliseconds from the next press of "Train with this" to the frame that shows a step of it. */
function watchFirstStep() {
  return new Promise((resolve) => {
    const lab = document.querySelector('#collapse.lab');
    let pressed;
    lab.addEventListener(
      'switchyard:code',
      () => {
        pressed = performance.now();
        const observer = new MutationObserver(() => {
          if (!(Number(lab.dataset.step) >= 1)) return;
          observer.disconnect();
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve(performance.now() - pressed)),
          );
        });
        observer.observe(lab, { attributes: true, attributeFilter: ['data-step'] });
      },
      { capture: true, once: true },
    );
  });
}
