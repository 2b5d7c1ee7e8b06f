/** What a browser says of a script that did not arrive; that it is fetched again, e2e tests show. */
import { describe, expect, it } from 'vitest';
import { arriving, ownScript } from '../../src/lab/arrives';

describe('a script that did not arrive', () => {
  it('is found in the sentences of browsers, if it is the site’s own', () => {
    const address = 'https://course.example/a/_astro/fit.B1-x_2.js';
    for (const sentence of [
      `Failed to fetch dynamically imported module: ${address}`,
      `error loading dynamically imported module: ${address}`,
    ])
      expect(ownScript(sentence, 'https://course.example')).toBe(address);
    expect(ownScript(`Failed to fetch: ${address}`, 'https://other.example')).toBeUndefined();
    expect(ownScript('Importing a module script failed.', 'https://course.example')).toBe(
      undefined,
    );
  });

  it('is no reason to ask twice for one that did', async () => {
    expect(await arriving(async () => 7)).toBe(7);
  });
});
