/** End-to-end tests: the built site (`npm run build` first) in a real Chromium. */
import { defineConfig } from '@playwright/test';
import { chromium, chromiumFlags } from './scripts/chromium.mjs';

const port = Number(process.env.E2E_PORT ?? 4331);

export default defineConfig({
  testDir: 'test/e2e',
  // Two cores train and draw: a second browser beside would only make both late.
  workers: 1,
  timeout: 60_000,
  retries: process.env.CI ? 1 : 0,
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    launchOptions: { executablePath: chromium(), args: chromiumFlags },
  },
  webServer: {
    command: `node scripts/serve.mjs --port ${port}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    timeout: 20_000,
  },
});
