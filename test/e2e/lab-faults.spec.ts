/**
 * Faults of what a lab is made of and rests on: files, storage, clock, line. Those of the engine are
 * in lab-faults-engine.spec.ts, those of the tab and its hands in lab-faults-tab.spec.ts.
 */
import { expect, test } from '@playwright/test';
import { chromium, flagsWithoutWebGPU } from '../../scripts/chromium.mjs';
import { type Fault, goesOn, type Hands, testAll } from './support/faults';
import { awake, button, pause, play } from './support/lab';

test.use({ launchOptions: { executablePath: chromium(), args: flagsWithoutWebGPU } });

/** Each file that matches as the server would give it, and then changed. */
const files =
  (pattern: string, change: (whole: Buffer) => Partial<Answer>) =>
  ({ context }: Pick<Hands, 'context'>) =>
    context.route(pattern, async (route) => {
      const response = await route.fetch();
      const { status = 200, body, contentType } = change(await response.body());
      await route.fulfill({ response, status, body, ...(contentType && { contentType }) });
    });

interface Answer {
  status: number;
  body: Buffer | string;
  contentType: string;
}

/** The worker that computes, and what computes in it. */
const engineScript = '**/_astro/worker-*.js';
const model = '**/models/**/*.safetensors';

const half = (whole: Buffer) => ({ body: whole.subarray(0, whole.length / 2) });
const missing = () => ({ status: 404, body: 'Not here.', contentType: 'text/plain' });
const wasm = (change: (whole: Buffer) => Partial<Answer>) => files('**/*.wasm', change);

/** Training goes on by JavaScript, and the readout says what failed. */
async function byJavaScript({ lab }: Hands): Promise<void> {
  await play(lab);
  await expect(lab).toHaveAttribute('data-backend', 'cpu');
  await lab.locator('.lab-where summary').click();
  await expect(lab.locator('.lab-rungs')).toContainText('WebAssembly failed');
}

/** All that is written from now on is refused, as by a full disk. */
const fill = ({ page }: Hands) =>
  page.evaluate(() => {
    const full = () => {
      throw new DOMException('There is no room left.', 'QuotaExceededError');
    };
    Storage.prototype.setItem = full;
    IDBObjectStore.prototype.put = full;
  });

const faults: Fault[] = [
  {
    what: 'the binaries are missing',
    state: 'asleep',
    strike: wasm(missing),
    holds: byJavaScript,
  },
  {
    what: 'the binaries are cut short',
    state: 'asleep',
    strike: wasm(half),
    holds: byJavaScript,
  },
  {
    what: 'a page stands where the binaries should be',
    state: 'asleep',
    strike: wasm(() => ({ body: '<h1>Welcome</h1>', contentType: 'text/html' })),
    holds: byJavaScript,
  },
  {
    what: 'the line is gone',
    state: 'asleep',
    strike: ({ context }) => context.setOffline(true),
    async holds({ context, lab }) {
      await button(lab, 'Play').click();
      await expect(lab.locator('.lab-notes')).toContainText('The engine could not be started');
      await expect(lab.locator('.lab-badge')).toHaveText('recorded');
      await context.setOffline(false);
      await button(lab, 'Try again').click();
      await expect(lab.locator('.lab-badge')).toHaveText('computed here');
    },
  },
  {
    what: 'the engine’s script is missing, then cut short, then comes',
    state: 'asleep',
    strike: files(engineScript, missing),
    async holds({ context, lab }) {
      const notes = lab.locator('.lab-notes');
      const words = 'its code could not be loaded';
      await button(lab, 'Play').click();
      await expect(notes).toContainText(words);
      await expect(lab.locator('.lab-badge')).toHaveText('recorded');
      await context.unroute(engineScript);
      await files(engineScript, half)({ context });
      await button(lab, 'Try again').click();
      await expect(notes).toContainText(/The engine stopped: (its code|Uncaught SyntaxError)/);
      await context.unroute(engineScript);
      await button(lab, 'Try again').click();
      await expect(lab.locator('.lab-badge')).toHaveText('computed here');
    },
  },
  {
    what: 'the engine’s script is late, and the reader changes their mind',
    state: 'asleep',
    async strike({ context, lab }) {
      let arrive = () => {};
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      await context.route(engineScript, async (route) => {
        await arrived;
        await route.continue();
      });
      await button(lab, 'Play').click();
      await expect(lab.locator('.lab-busy')).toContainText('Loading the engine');
      await button(lab, 'Pause').click();
      arrive();
    },
    async holds({ lab }) {
      await expect(lab).toHaveAttribute('data-state', 'paused');
      await expect(lab).toHaveAttribute('data-step', '0');
      await play(lab);
    },
  },
  {
    what: 'the recorded model is missing, then cut short, then comes',
    state: 'asleep',
    name: 'batches',
    strike: files(model, missing),
    async holds({ context, lab }) {
      const notes = lab.locator('.lab-notes');
      await button(lab, 'Play').click();
      await expect(notes).toContainText(/The recorded model \(.*\) did not arrive\./);
      await context.unroute(model);
      await files(model, half)({ context });
      await button(lab, 'Try again').click();
      await expect(notes).toContainText(/The recorded model \(.*\) arrived damaged: .* cut short/);
      await context.unroute(model);
      await button(lab, 'Try again').click();
      await expect(lab.locator('.lab-badge')).toContainText('computed here');
      await expect(notes).toHaveCount(0);
    },
  },
  {
    what: 'the line is gone',
    state: 'running',
    strike: ({ context }) => context.setOffline(true),
    async holds(hands) {
      await goesOn(hands);
      await hands.context.setOffline(false);
    },
    mended: true,
  },
  {
    what: 'the clock is set back by an hour',
    state: 'running',
    strike: ({ page }) =>
      page.evaluate(() => {
        const { now } = Date;
        Object.assign(Date, { now: () => now() - 3_600_000 });
      }),
    holds: goesOn,
  },
  {
    what: 'storage is full',
    state: 'running',
    strike: fill,
    async holds({ lab }) {
      const step = await pause(lab);
      await expect(lab.locator('.lab-notes')).toContainText('would not keep the run');
      await button(lab, 'Step').click();
      await expect(lab).toHaveAttribute('data-step', String(step + 1));
    },
  },
  {
    what: 'storage is full',
    state: 'paused',
    strike: fill,
    async holds({ lab }) {
      // What ran is still there to be looked at, beside the new run.
      await lab.getByLabel(/^experts E/).fill('2');
      await expect(lab.getByRole('button', { name: 'Past runs (1)' })).toBeEnabled();
    },
  },
  {
    what: 'what was stored is cleared from outside',
    state: 'paused',
    strike: ({ page }) => page.evaluate(() => localStorage.clear()),
    async holds({ lab }) {
      await button(lab, 'Play').click();
      await goesOn({ lab } as Hands);
    },
  },
];

testAll(faults);

test('asleep: the page comes with a lab’s numbers cut short', async ({ page }) => {
  const address = '**/embed/collapse/';
  await page.route(address, async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    const [whole, numbers] = /type="application\/json">([^<]*)</.exec(html)!;
    await route.fulfill({
      response,
      body: html.replace(whole, () => whole.replace(numbers, numbers.slice(0, 999))),
    });
  });
  await page.goto('embed/collapse/');
  const trouble = page.getByRole('alert');
  await expect(trouble).toContainText('The numbers of this lab arrived cut short');
  await expect(page.locator('.lab-svg').first()).toBeVisible();
  await page.unroute(address);
  await trouble.getByRole('button', { name: 'Load the page again' }).click();
  await awake(page, 'collapse');
});

test('asleep: the lab’s own script comes cut short', async ({ page, context }) => {
  const script = '**/_astro/collapse*.js*';
  await files(script, half)({ context });
  await page.goto('embed/collapse/');
  const trouble = page.getByRole('alert');
  await expect(trouble).toContainText('The script of this lab did not arrive');
  await trouble.getByRole('button', { name: 'Try again' }).click();
  // A script that was read once and found broken is not asked for again: only a page anew helps.
  const again = trouble.getByRole('button', { name: 'Load the page again' });
  await expect(again).toBeVisible();
  await context.unroute(script);
  await again.click();
  await play(await awake(page, 'collapse'));
});
