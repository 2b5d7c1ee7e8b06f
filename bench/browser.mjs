/** The benchmark's page in a headless Chromium, from the sources. */
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumFlags, chromium as findChromium } from '../scripts/chromium.mjs';
import { tensorflow } from '../scripts/tensorflow.mjs';

/** What the systems import beside src/model: prepared in one go, as tensorflow.mjs says. */
const others = [
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@tensorflow/tfjs-backend-webgpu',
  '@jax-js/jax',
];

/**
 * `isolated` pages may use threads in WebAssembly; the site's own pages are not. `cores` is what the
 * page is told of the machine.
 */
export async function openBrowser({ isolated = false, cores } = {}) {
  const server = await createServer({
    root: process.cwd(),
    configFile: false,
    logLevel: 'warn',
    // A cache of its own: another server's would be thrown away with every run.
    cacheDir: 'node_modules/.vite-bench',
    optimizeDeps: {
      include: [...new Set([...tensorflow, ...others])],
      entries: [
        'bench/page.ts',
        'bench/replay.ts',
        'bench/edited.ts',
        'bench/sweep.ts',
        'bench/systems/*.worker.ts',
      ],
    },
    server: {
      host: '127.0.0.1',
      port: 4391,
      hmr: false,
      watch: null,
      headers: isolated
        ? {
            'Cross-Origin-Opener-Policy': 'same-origin',
            'Cross-Origin-Embedder-Policy': 'require-corp',
          }
        : {},
    },
  });
  await server.listen();
  const address = `http://127.0.0.1:${server.config.server.port}/bench/index.html`;
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  const close = async () => {
    await browser.close();
    await server.close();
  };
  try {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    page.setDefaultTimeout(600_000);
    if (cores)
      await page.addInitScript(
        (value) => Object.defineProperty(navigator, 'hardwareConcurrency', { value }),
        cores,
      );
    await page.goto(address);
    await page.waitForFunction('globalThis.bench', undefined, { timeout: 120_000 });
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
