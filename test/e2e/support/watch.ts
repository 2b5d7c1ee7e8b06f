/** What must not happen on any page. Collected from before its first script runs. */
import { expect, type Page } from '@playwright/test';
import { settled } from './settled';

export interface Watched {
  /** Nothing went wrong up to now, and nobody else was asked for anything. */
  clean(): Promise<void>;
}

export async function watch(page: Page, { missing = false } = {}): Promise<Watched> {
  const wrong: string[] = [];
  const origins = new Set<string>();
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (missing && /404/.test(message.text())) return;
    wrong.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => wrong.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol)) origins.add(url.origin);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !missing) wrong.push(`${response.status()} ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  return {
    async clean() {
      await settled(page);
      expect(wrong).toEqual([]);
      expect([...origins]).toEqual([new URL(page.url()).origin]);
    },
  };
}
