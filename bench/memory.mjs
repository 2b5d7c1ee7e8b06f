/**
 * `npm run bench -- memory`: whether a page that is played for ten minutes keeps what it does not
 * need. On the built site four labs (a text model, a sweep, two pictures), each on a page of its own,
 * are played, changed, paused, asked for their tables, stepped and begun anew, round after round; now
 * and then garbage is collected in page and worker, and what is left is read: heaps, nodes, listeners,
 * tensors, bytes of WebAssembly. What still grows in the second half is a leak, and is told.
 *
 *   --minutes=10   in all
 *   --labs=fit     these labs only
 *   --rung=wasm    where to compute
 */
import { existsSync } from 'node:fs';
import puppeteer from 'puppeteer-core';
import { chromiumFlags, chromium as findChromium } from '../scripts/chromium.mjs';
import { serve } from '../scripts/serve.mjs';

/** A setting that is set to one value and the other in turn; none in a sweep. */
const labs = [
  { name: 'decoder', setting: 'learning rate' },
  { name: 'few-pairs' },
  { name: 'collapse', setting: 'experts E' },
  { name: 'fit', setting: 'hidden units' },
];

/** Readings of each lab; the second half of them must be flat. */
const readings = 12;

/**
 * What may be added from the middle to the end, by a straight line through the second half: what
 * engines keep for themselves (compiled code, caches of shapes) comes and goes within this.
 */
const allowed = {
  'page, MB': 1,
  nodes: 60,
  listeners: 12,
  'worker, MB': 1,
  tensors: 0.5,
  'tensors, MB': 0.05,
  'WebAssembly, MB': 0.5,
};

export default async function memory(asked) {
  const option = (name, otherwise) =>
    asked.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
  const minutes = Number(option('minutes', 10));
  const names = option('labs', '');
  const chosen = names ? labs.filter(({ name }) => names.split(',').includes(name)) : labs;
  if (!existsSync('dist/index.html')) return ['dist/ is not built: run `npm run build` first.'];
  const server = await serve();
  const browser = await puppeteer.launch({
    executablePath: findChromium(),
    args: chromiumFlags,
    protocolTimeout: 600_000,
  });
  const wrong = [];
  try {
    for (const lab of chosen) {
      const address = `${server.url}embed/${lab.name}/?rung=${option('rung', 'wasm')}`;
      const { rounds, rows } = await played(browser, lab, address, minutes / chosen.length);
      const growth = grown(rows);
      console.log(`\n${lab.name}: ${rounds} rounds`);
      console.table({ first: rows[0], middle: rows[readings / 2], last: rows.at(-1), growth });
      for (const [what, added] of Object.entries(growth))
        if (!(added <= allowed[what]))
          wrong.push(
            `${lab.name}: ${what} grew by ${added} in the second half, ${allowed[what]} may.`,
          );
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return wrong;
}

async function played(browser, lab, address, minutes) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(address);
    await page.waitForSelector('.lab[data-ready]');
    const rows = [];
    let rounds = 0;
    const began = performance.now();
    for (let i = 1; i <= readings; i++) {
      const until = began + (i / readings) * minutes * 60_000;
      do {
        await page.evaluate(round, lab.setting, rounds % 2 === 1);
        rounds++;
      } while (performance.now() < until);
      rows.push(await read(page));
    }
    return { rounds, rows };
  } finally {
    await context.close();
  }
}

/** What is left after the garbage is gone. */
async function read(page) {
  const worker = page.workers()[0].client;
  const own = await page.createCDPSession();
  for (const client of [own, worker, own, worker]) await client.send('HeapProfiler.collectGarbage');
  const { Nodes, JSEventListeners, JSHeapUsedSize } = await page.metrics();
  const { usedSize } = await worker.send('Runtime.getHeapUsage');
  const { result } = await worker.send('Runtime.evaluate', {
    returnByValue: true,
    expression: `(() => {
      const { numTensors, numBytes } = self._tfengine.memory();
      return { numTensors, numBytes, wasm: self._tfengine.backend?.wasm?.HEAPU8?.length ?? 0 };
    })()`,
  });
  await own.detach();
  const { numTensors, numBytes, wasm } = result.value;
  return {
    'page, MB': mega(JSHeapUsedSize),
    nodes: Nodes,
    listeners: JSEventListeners,
    'worker, MB': mega(usedSize),
    tensors: numTensors,
    'tensors, MB': mega(numBytes),
    'WebAssembly, MB': mega(wasm),
  };
}

const mega = (bytes) => Number((bytes / 1e6).toFixed(3));

/** By the least squares of the second half: what a straight line adds over it. */
function grown(rows) {
  const half = rows.slice(rows.length / 2);
  const middle = (half.length - 1) / 2;
  const spread = half.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  return Object.fromEntries(
    Object.keys(allowed).map((what) => {
      const slope = half.reduce((sum, row, i) => sum + (i - middle) * row[what], 0) / spread;
      return [what, Number((slope * (half.length - 1)).toFixed(3))];
    }),
  );
}

// In the page:

/** One round of what a reader does; ends at rest. */
async function round(setting, other) {
  const lab = document.querySelector('.lab');
  const until = (test) =>
    new Promise((resolve) => {
      const observer = new MutationObserver(() => test() && done());
      const done = () => {
        observer.disconnect();
        resolve();
      };
      observer.observe(lab, { attributes: true, childList: true, subtree: true });
      if (test()) done();
    });
  const button = (words) =>
    [...lab.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === words);
  const press = async (words) => {
    await until(() => button(words) && !button(words).disabled);
    button(words).click();
  };
  const { dataset } = lab;
  const trains = (steps) =>
    until(() => dataset.state === 'running' && Number(dataset.step) >= steps);
  const rests = (...states) => until(() => states.includes(dataset.state));
  const begun = () => until(() => Number(dataset.step) < 12);

  if (!setting) {
    await press('Play');
    await begun();
    await trains(30);
    await press('Cancel');
    await rests('idle');
  } else {
    const speed = [...lab.querySelectorAll('label')].find((label) =>
      /^speed/.test(label.textContent),
    );
    // At full speed a small run is over before it is paused.
    speed.control.selectedIndex = 1;
    speed.control.dispatchEvent(new Event('change', { bubbles: true }));
    await press('Play');
    await trains(12);
    const slider = [...lab.querySelectorAll('label')].find((label) =>
      label.textContent.trim().startsWith(setting),
    ).control;
    slider.value = String(Number(slider.min) + (other ? 1 : 2));
    for (const kind of ['input', 'change'])
      slider.dispatchEvent(new Event(kind, { bubbles: true }));
    await trains(3);
    await press('Pause');
    await rests('paused', 'done');
    await press('Step');
    await rests('paused', 'done');
    await press('Restart');
    await until(() => dataset.state === 'paused' && Number(dataset.step) === 0);
  }
  await press('Table');
  await until(() => lab.querySelector('.lab-table'));
  await press('Table');
  await until(() => !lab.querySelector('.lab-table'));
}
