/** Faults of what computes: its worker, its memory, the graphics adapter, the numbers themselves. */
import { expect, test } from '@playwright/test';
import { chromium, flagsWithoutWebGPU } from '../../scripts/chromium.mjs';
import {
  beginsAnew,
  engineOf,
  type Fault,
  goesOn,
  type Hands,
  preluded,
  testAll,
} from './support/faults';
import { button, play, playSlowly, stepOf } from './support/lab';

test.use({ launchOptions: { executablePath: chromium(), args: flagsWithoutWebGPU } });

/** An error that nobody catches. */
const throws = ({ page }: Hands) =>
  engineOf(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('a fault put in');
    });
  });

/** It is gone, as when the browser has no memory left for it. Nobody is there to answer, either. */
const vanishes = ({ page }: Hands) =>
  engineOf(page)
    .evaluate(() => self.close())
    .catch(() => {});

/**
 * Without its binaries JavaScript computes, and was judged before anything trained: a rung of the
 * reader's own choice is judged meanwhile, and would feel the faults, too.
 */
const byJavaScript = ({ context }: Pick<Hands, 'context'>) =>
  context.route('**/*.wasm', (route) => route.abort());

/** JavaScript computes here: what its exponential gives is in every softmax. */
const poisons = ({ page }: Hands) =>
  engineOf(page).evaluate(() => {
    const { exp } = Math;
    Object.assign(Math, { exp: () => Number.NaN });
    Object.assign(self, { mend: () => Object.assign(Math, { exp }) });
  });

/** Arrays of any length worth the name are refused. */
const starves = ({ page }: Hands) =>
  engineOf(page).evaluate(() => {
    const whole = Float32Array;
    const starved = new Proxy(whole, {
      construct(target, given) {
        if (given[0] > 8) throw new RangeError('Array buffer allocation failed');
        return Reflect.construct(target, given);
      },
    });
    Object.assign(self, {
      Float32Array: starved,
      mend: () => Object.assign(self, { Float32Array: whole }),
    });
  });

const mend = (page: Hands['page']) =>
  engineOf(page).evaluate(() => (self as unknown as { mend(): void }).mend());

const stopped = /The engine stopped: .*a fault put in/;
const gone = 'The engine stopped: the browser ended it without a word';
const memory = 'There is too little memory left for this (Array buffer allocation failed).';

/** Two of them train then: one is the page's. */
const withThreeCores = ({ context }: Pick<Hands, 'context'>) =>
  context.addInitScript(() =>
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 3 }),
  );

const adapter = (answer: string) =>
  preluded(
    `Object.defineProperty(navigator,'gpu',{value:{requestAdapter(){${answer}}},configurable:true})`,
  );

const trainsWithout =
  (reason: string) =>
  async ({ lab }: Hands) => {
    await play(lab);
    await expect(lab).toHaveAttribute('data-backend', 'wasm');
    await lab.locator('.lab-where summary').click();
    await expect(lab.locator('.lab-rungs')).toContainText(reason);
  };

const faults: Fault[] = [
  {
    what: 'the adapter is refused',
    state: 'asleep',
    before: adapter('return Promise.resolve(null)'),
    strike: async () => {},
    holds: trainsWithout('This browser has WebGPU, but found no graphics adapter.'),
  },
  {
    what: 'the adapter is silent',
    state: 'asleep',
    // Its ten seconds are over at once.
    before: adapter(
      'const later = setTimeout; self.setTimeout = (run, ms) => later(run, ms === 10000 ? 0 : ms); return new Promise(() => {})',
    ),
    strike: async () => {},
    holds: trainsWithout('it did not answer within 10 seconds'),
  },
  {
    what: 'the worker throws',
    state: 'running',
    before: byJavaScript,
    strike: throws,
    holds: beginsAnew(stopped),
    mended: true,
  },
  {
    what: 'the worker vanishes',
    state: 'running',
    before: byJavaScript,
    strike: vanishes,
    holds: beginsAnew(gone),
    mended: true,
  },
  {
    what: 'memory is short',
    state: 'running',
    before: byJavaScript,
    strike: starves,
    async holds(hands) {
      await expect(hands.lab.locator('.lab-notes')).toContainText(memory);
      await mend(hands.page);
      await beginsAnew(memory)(hands);
    },
    mended: true,
  },
  {
    what: 'the step gives what is no number',
    state: 'running',
    before: byJavaScript,
    strike: poisons,
    async holds(hands) {
      const { lab, page } = hands;
      await expect(lab.locator('.lab-notes')).toContainText(
        /The loss is no longer a number at step \d+: the run diverged\./,
      );
      await mend(page);
      const back = lab.getByRole('button', { name: /^Back to step/ });
      const step = Number((await back.textContent())!.replace(/\D/g, ''));
      await back.click();
      await expect(lab).toHaveAttribute('data-state', 'paused');
      expect(await stepOf(lab)).toBe(step);
      await button(lab, 'Play').click();
      await goesOn(hands);
    },
    mended: true,
  },
  {
    what: 'the worker throws',
    state: 'paused',
    before: byJavaScript,
    strike: throws,
    holds: beginsAnew(stopped, 'Play'),
    mended: true,
  },
  {
    what: 'the worker vanishes',
    state: 'paused',
    before: byJavaScript,
    strike: vanishes,
    holds: beginsAnew(gone, 'Play'),
    mended: true,
  },
  {
    what: 'memory is short for what a setting asks for',
    state: 'paused',
    before: byJavaScript,
    strike: starves,
    async holds(hands) {
      const { lab, page } = hands;
      await lab.getByLabel(/^experts E/).fill('4');
      await expect(lab.locator('.lab-notes')).toContainText(memory);
      await mend(page);
      await button(lab, 'Try again').click();
      await goesOn(hands);
    },
  },
  {
    what: 'a worker that helps vanishes',
    state: 'sweeping',
    before: withThreeCores,
    async strike(hands) {
      await expect(hands.lab.locator('.lab-where')).toContainText('2 models at a time');
      expect(hands.page.workers()).toHaveLength(2);
      await vanishes(hands);
    },
    async holds({ lab, page }) {
      await expect(lab.locator('.lab-notes')).toContainText(
        'One of the workers was lost. The others train again what it had not finished.',
      );
      await expect(lab.locator('.lab-where')).not.toContainText('at a time');
      const before = await stepOf(lab);
      await expect.poll(() => stepOf(lab)).toBeGreaterThan(before);
      await expect(lab).toHaveAttribute('data-state', 'running');
      expect(page.workers()).toHaveLength(1);
    },
  },
  {
    what: 'the worker throws',
    state: 'sweeping',
    strike: throws,
    holds: beginsAnew(stopped),
    mended: true,
  },
  {
    what: 'the worker vanishes',
    state: 'sweeping',
    strike: vanishes,
    holds: beginsAnew(gone),
    mended: true,
  },
  {
    what: 'memory is short',
    state: 'sweeping',
    // Where WebAssembly computes, the worker does not hear for most of a minute that it is mended.
    before: byJavaScript,
    strike: starves,
    async holds(hands) {
      await expect(hands.lab.locator('.lab-notes')).toContainText(memory);
      await mend(hands.page);
      await beginsAnew(memory)(hands);
    },
  },
];

testAll(faults);

test('starting: the worker throws; the worker vanishes', async ({ page }) => {
  let strike = throws;
  page.on('worker', () => void strike({ page } as Hands));
  await page.goto('embed/collapse/');
  const lab = page.locator('#collapse.lab');
  await expect(lab).toHaveAttribute('data-ready', /.*/);
  await button(lab, 'Play').click();
  await expect(lab.locator('.lab-notes')).toContainText(stopped);
  strike = vanishes;
  await button(lab, 'Try again').click();
  await expect(lab.locator('.lab-notes')).toContainText(gone);
  await expect(lab.locator('.lab-svg').first()).toBeVisible();
  strike = async () => {};
  await button(lab, 'Try again').click();
  await expect(lab.locator('.lab-badge')).toHaveText('computed here');
  await goesOn({ lab } as Hands);
});

test('running in an embed: the worker vanishes', async ({ page, context, baseURL }) => {
  await page.route('**/frame.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe width="800" height="700" src="${baseURL}embed/collapse/"></iframe>`,
    }),
  );
  await page.goto('frame.html');
  const lab = page.frameLocator('iframe').locator('#collapse.lab');
  await expect(lab).toHaveAttribute('data-ready', /.*/);
  await playSlowly(lab);
  const hands = { page, context, lab };
  await vanishes(hands);
  await beginsAnew(gone)(hands);
});
