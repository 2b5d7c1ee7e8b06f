/**
 * Faults of what a lab is made of and rests on, by the state in which they strike. Whatever
 * happens, the reader sees a true sentence and a way on, and loses nothing.
 */
import { type BrowserContext, expect, type Locator, type Page, test } from '@playwright/test';
import { chromium, flagsWithoutWebGPU } from '../../scripts/chromium.mjs';
import { button, open, pause, play, playSlowly, stepOf } from './support/lab';

test.use({ launchOptions: { executablePath: chromium(), args: flagsWithoutWebGPU } });

interface Hands {
  page: Page;
  context: BrowserContext;
  lab: Locator;
}

interface Fault {
  what: string;
  /** When it strikes: before anything was computed, while a run trains, or at rest. */
  state: 'asleep' | 'running' | 'paused';
  strike(hands: Hands): Promise<unknown>;
  holds(hands: Hands): Promise<unknown>;
}

/** Each file of WebAssembly as the server would give it, and then changed. */
const wasm =
  (change: (whole: Buffer) => { status?: number; body: Buffer | string; contentType?: string }) =>
  ({ context }: Hands) =>
    context.route('**/*.wasm', async (route) => {
      const whole = await (await route.fetch()).body();
      await route.fulfill({ status: 200, contentType: 'application/wasm', ...change(whole) });
    });

/** Training goes on by JavaScript, and the readout says what failed. */
async function byJavaScript({ lab }: Hands): Promise<void> {
  await play(lab);
  await expect(lab).toHaveAttribute('data-backend', 'cpu');
  await lab.locator('.lab-where summary').click();
  await expect(lab.locator('.lab-rungs')).toContainText('WebAssembly failed');
}

async function goesOn({ lab }: Hands): Promise<void> {
  const before = await stepOf(lab);
  await expect.poll(() => stepOf(lab)).toBeGreaterThan(before);
  await expect(lab).toHaveAttribute('data-state', 'running');
  await expect(lab.locator('.lab-notes')).toHaveCount(0);
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
    strike: wasm(() => ({ status: 404, body: 'Not here.' })),
    holds: byJavaScript,
  },
  {
    what: 'the binaries are cut short',
    state: 'asleep',
    strike: wasm((whole) => ({ body: whole.subarray(0, whole.length / 2) })),
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
    what: 'the line is gone',
    state: 'running',
    strike: ({ context }) => context.setOffline(true),
    holds: goesOn,
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

for (const { what, state, strike, holds } of faults)
  test(`${state}: ${what}`, async ({ page, context }) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const lab = await open(page, 'collapse');
    const hands = { page, context, lab };
    if (state !== 'asleep') await playSlowly(lab);
    if (state === 'paused') await pause(lab);
    await strike(hands);
    await holds(hands);
    expect(errors).toEqual([]);
  });
