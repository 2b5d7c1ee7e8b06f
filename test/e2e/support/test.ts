/**
 * Playwright's `test`, with a page that tests take over from one another: a browser spends more on
 * a new one, and on the processes that come with it, than most tests take.
 */
import { test as base, type Page } from '@playwright/test';

export { expect } from '@playwright/test';

interface Kept {
  /**
   * A page as good as new: nothing is stored, and nobody emulates. For tests that leave it like
   * that: whoever puts in scripts, routes or listeners of their own takes `page`.
   */
  tab: Page;
}

export const test = base.extend<Kept, { kept: Page }>({
  kept: [
    async ({ browser }, use, { project }) => {
      const context = await browser.newContext({ baseURL: project.use.baseURL });
      await use(await context.newPage());
      await context.close();
    },
    { scope: 'worker' },
  ],
  tab: async ({ kept }, use) => {
    await kept.setViewportSize({ width: 1280, height: 720 });
    await kept.emulateMedia({
      media: 'screen',
      colorScheme: 'light',
      reducedMotion: 'no-preference',
    });
    await use(kept);
    const context = kept.context();
    for (const other of context.pages()) if (other !== kept) await other.close();
    await context.clearPermissions();
    // A page keeps things as it is left: an empty one forgets for it.
    await kept.route('**/empty', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
    );
    await kept.goto('empty');
    await kept.unroute('**/empty');
    await kept.evaluate(async () => {
      localStorage.clear();
      sessionStorage.clear();
      for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
    });
  },
});
