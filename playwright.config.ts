/** End-to-end tests: the built site (`npm run build` first) in a real Chromium. */
import { defineConfig } from '@playwright/test';
import { chromium, chromiumFlags } from './scripts/chromium.mjs';

const port = Number(process.env.E2E_PORT ?? 4331);

export default defineConfig({
  testDir: 'test/e2e',
  // Looking at a page is one thread's work, and a lab waits more than it trains: two browsers do it
  // in half the time.
  workers: 2,
  // Waits end on events. These only bound a run that hangs: tens of times what a quiet machine takes.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  // A broken build fails everywhere; ten failures say so.
  maxFailures: 10,
  retries: process.env.CI ? 1 : 0,
  projects: [
    // First: the longest of these would otherwise be waited for at the end.
    { name: 'rest', testIgnore: '**/pages.spec.ts' },
    { name: 'pages', testMatch: '**/pages.spec.ts', fullyParallel: true },
  ],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    launchOptions: { executablePath: chromium(), args: chromiumFlags },
  },
  webServer: {
    command: `node scripts/serve.mjs --port ${port}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    timeout: 120_000,
  },
});
