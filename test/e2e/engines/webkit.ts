/** WebKitGTK, steered by its WebDriver, on a screen that is not there. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Builder, By, Key, type WebDriver } from 'selenium-webdriver';
import type { webkit } from '../../../scripts/engines.mjs';
import type { Engine } from './engine';

const named: Record<string, string> = {
  Tab: Key.TAB,
  Enter: Key.ENTER,
  Escape: Key.ESCAPE,
  ArrowUp: Key.ARROW_UP,
  ArrowLeft: Key.ARROW_LEFT,
};

export async function startWebKit(parts: NonNullable<ReturnType<typeof webkit>>): Promise<Engine> {
  const screen = spawn(
    parts.screen,
    ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const [display] = await once(screen.stdio[3]!, 'data');
  const port = await freePort();
  const server = spawn(parts.driver, [`--port=${port}`], {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: `:${String(display).trim()}` },
  });
  await answering(port, server);
  const driver: WebDriver = await new Builder()
    .usingServer(`http://127.0.0.1:${port}`)
    .withCapabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: parts.browser, args: ['--automation'] },
    })
    .build();
  await driver.manage().setTimeouts({ script: 300_000, pageLoad: 300_000 });
  /** A window is larger than its page: asked twice, the second time by as much more. */
  const size = async (width: number, height: number) => {
    const window = driver.manage().window();
    await window.setRect({ width, height });
    const [w, h]: [number, number] = await driver.executeScript('return [innerWidth, innerHeight]');
    await window.setRect({ width: 2 * width - w, height: 2 * height - h });
  };
  await size(1280, 900);
  /** The one element, in the middle of the view. */
  const inView = async (selector: string) => {
    const element = await driver.findElement(By.css(selector));
    await driver.executeScript(
      'arguments[0].scrollIntoView({ block: "center", behavior: "instant" })',
      element,
    );
    return element;
  };
  return {
    open: (address) => driver.get(address),
    read: (look, ...given) => driver.executeScript(`return (${look})(...arguments)`, ...given),
    // Not the driver's click: it scrolls once more, to the lower end, and presses before that is done.
    async press(selector) {
      const origin = await inView(selector);
      await driver.actions().move({ origin }).press().release().perform();
    },
    async hold(selector) {
      const origin = await inView(selector);
      await driver.actions().move({ origin }).press().perform();
    },
    release: () => driver.actions().release().perform(),
    async keys(...names) {
      for (const name of names)
        await driver
          .actions()
          .sendKeys(named[name] ?? name)
          .perform();
    },
    async drag([[x, y], ...others]) {
      const hand = driver.actions().move({ x, y }).press();
      for (const [toX, toY] of others) hand.move({ x: toX, y: toY, duration: 100 });
      await hand.release().perform();
    },
    size,
    picture: async () => Buffer.from(await driver.takeScreenshot(), 'base64'),
    async close() {
      await driver.quit();
      server.kill();
      screen.kill();
    },
  };
}

/** One that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Until the driver answers; it says nothing of itself. */
async function answering(port: number, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`WebKit's driver ended with status ${server.exitCode} before it answered.`);
}
