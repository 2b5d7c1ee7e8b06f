/**
 * Firefox and WebKit, for the tests of what a reader does in each browser engine. Both are what the
 * system offers; `scripts/test.mjs` asks Debian for them where they are missing.
 */
import { existsSync, readdirSync } from 'node:fs';

const present = (paths) => paths.find((path) => path && existsSync(path));

/** Path of a Firefox, or undefined. */
export const firefox = () =>
  present([
    process.env.FIREFOX,
    '/usr/bin/firefox-esr',
    '/usr/bin/firefox',
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ]);

/**
 * WebKitGTK's small browser, the driver that steers it, and a screen that need not be there (its
 * browser cannot do without); undefined if any of them is missing.
 */
export function webkit() {
  const driver = present([process.env.WEBKIT_DRIVER, '/usr/bin/WebKitWebDriver']);
  const browser = present([process.env.WEBKIT_BROWSER, ...miniBrowsers()]);
  const screen = present(['/usr/bin/Xvfb']);
  return driver && browser && screen ? { driver, browser, screen } : undefined;
}

/** It lies beside its library, under the name of the machine's architecture. */
function miniBrowsers() {
  const libraries = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return libraries
    .filter((name) => name.endsWith('-linux-gnu'))
    .flatMap((name) =>
      ['4.1', '6.0', '4.0'].map((version) => `/usr/lib/${name}/webkit2gtk-${version}/MiniBrowser`),
    );
}
