/**
 * A graphics device that is lost, as after a laptop's sleep, on a software adapter: while a lab rests,
 * made ready or paused, and where neither another device nor anything else is to be had.
 */
import { expect, type Page, test } from '@playwright/test';
import { engineOf, goesOn, type Hands, keptSeeds, preluded } from './support/faults';
import { button, open, pause, playSlowly, stepOf } from './support/lab';

/** The worker notes each device that it is given; its page, what the worker says of a lab. */
async function observed({ page, context }: Omit<Hands, 'lab'>): Promise<void> {
  await preluded(
    `self.devices = [];
    const ask = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...asked) {
      const device = await ask.apply(this, asked);
      self.devices.push(device);
      return device;
    }`,
  )({ context });
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(self, { heard });
    self.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        this.addEventListener('message', ({ data }) => heard.push(data.state ?? data.kind));
      }
    };
  });
}

const devices = (page: Page) =>
  engineOf(page).evaluate(() => (self as unknown as { devices?: GPUDevice[] }).devices?.length);

const lose = (page: Page) =>
  engineOf(page).evaluate(() =>
    (self as unknown as { devices: GPUDevice[] }).devices.at(-1)!.destroy(),
  );

const heard = (page: Page) => page.evaluate(() => (self as unknown as { heard: string[] }).heard);

test('made ready, then paused: the device is lost, and another comes', async ({
  page,
  context,
}) => {
  await observed({ page, context });
  const lab = await open(page, 'fit', '?rung=webgpu');
  const hands = { page, context, lab };
  await lab.hover();
  await expect.poll(() => page.workers().length).toBe(1);
  await expect.poll(() => devices(page)).toBe(1);
  await lose(page);
  await expect.poll(() => devices(page)).toBe(2);
  expect(await lab.getAttribute('data-state')).toBe('idle');
  await playSlowly(lab);
  await expect(lab).toHaveAttribute('data-backend', 'webgpu');
  await goesOn(hands);

  const step = await pause(lab);
  const before = (await heard(page)).length;
  await lose(page);
  // The lab stands on the new device as it stood on the old one.
  await expect.poll(async () => (await heard(page)).slice(before)).toContain('paused');
  expect(await lab.getAttribute('data-state')).toBe('paused');
  expect(await stepOf(lab)).toBe(step);
  await expect(lab.locator('.lab-notes')).toHaveCount(0);
  await button(lab, 'Step').click();
  await expect(lab).toHaveAttribute('data-step', String(step + 1));
  await button(lab, 'Play').click();
  await goesOn(hands);
  await expect(lab).toHaveAttribute('data-backend', 'webgpu');
});

test('running: the device is lost, no other comes, and the line is gone', async ({
  page,
  context,
}) => {
  await observed({ page, context });
  const lab = await open(page, 'fit', '?rung=webgpu');
  await playSlowly(lab);
  await context.setOffline(true);
  await engineOf(page).evaluate(() => {
    Object.assign(GPU.prototype, { requestAdapter: async () => null });
  });
  await lose(page);
  await expect(lab.locator('.lab-notes')).toContainText(
    /The graphics device was lost .* Nothing else can compute here; reload the page\./,
  );
  expect(await stepOf(lab)).toBeGreaterThan(0);
  await expect.poll(() => keptSeeds(page, 'fit')).toEqual([1]);
});
