/** Firefox, steered by WebDriver BiDi. */
import puppeteer, { type KeyInput } from 'puppeteer-core';
import type { Engine } from './engine';

export async function startFirefox(executablePath: string): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // Ends what hangs; a slow machine is waited for.
    timeout: 300_000,
    protocolTimeout: 300_000,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(300_000);
  const size = (width: number, height: number) => page.setViewport({ width, height });
  await size(1280, 900);
  return {
    open: async (address) => void (await page.goto(address, { waitUntil: 'load' })),
    read: (look, ...given) =>
      page.evaluate(look as (...all: unknown[]) => unknown, ...given) as never,
    press: (selector) => page.click(selector),
    async hold(selector) {
      await page.hover(selector);
      await page.mouse.down();
    },
    release: () => page.mouse.up(),
    async keys(...names) {
      for (const name of names) await page.keyboard.press(name as KeyInput);
    },
    async drag([first, ...others]) {
      await page.mouse.move(...first);
      await page.mouse.down();
      for (const place of others) await page.mouse.move(...place, { steps: 5 });
      await page.mouse.up();
    },
    size,
    picture: () => page.screenshot(),
    close: () => browser.close(),
  };
}
