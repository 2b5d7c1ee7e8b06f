/**
 * Finds a Chromium for the browser tests: the one named by CHROMIUM, an installed one,
 * else Playwright's. `scripts/test.mjs` brings one first where there is none.
 */
import { existsSync } from 'node:fs';
import { chromium as playwrightChromium } from 'playwright';

const installed = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of a Chromium that exists, or undefined. */
export function chromium() {
  const own = installed.find((path) => path && existsSync(path));
  if (own) return own;
  const bundled = playwrightChromium.executablePath();
  return existsSync(bundled) ? bundled : undefined;
}

/** WebGPU on the software adapter, and none of the browser's own network traffic. */
export const chromiumFlags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  // A slow machine's graphics process is not stuck: it computes, on the processor.
  '--disable-gpu-watchdog',
];

/** The same browser with WebGPU switched off, for the pages' fallbacks. */
export const flagsWithoutWebGPU = [
  ...chromiumFlags.filter((flag) => !/webgpu|Vulkan/i.test(flag)),
  '--disable-features=WebGPU,WebGPUService',
];
