/**
 * `node scripts/measure-collapse.mjs [seeds] [words]`: trains the mixture of station 06 with many
 * seeds, without a balancer and with each, and prints medians and ranges. `words` picks the cases
 * that contain them. Minutes.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

// As scripts/record.mjs does: bundled, since TensorFlow.js mixes module formats.
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = import.meta.dirname;
const folder = '.cache/measure-collapse';
await build({
  configFile: false,
  logLevel: 'error',
  base: `/${folder}/`,
  ssr: { noExternal: true },
  build: {
    ssr: 'scripts/measure-collapse.ts',
    ssrEmitAssets: true,
    outDir: folder,
    copyPublicDir: false,
    assetsInlineLimit: 0,
  },
});
const { measure } = await import(pathToFileURL(resolve(folder, 'measure-collapse.js')).href);
await measure(Number(process.argv[2] ?? 8), process.argv[3]);
