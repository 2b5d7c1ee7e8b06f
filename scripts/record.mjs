/**
 * `npm run record [lab[/variant] …]`: makes the recorded runs under public/runs from the same
 * experiment code that a reader's browser executes. Without names, all of every lab.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

// Where it finds itself in Node, TensorFlow.js expects what CommonJS modules are given.
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = import.meta.dirname;

// Bundled first: TensorFlow.js mixes module formats of which Node takes the wrong ones.
const folder = '.cache/record';
await build({
  configFile: false,
  logLevel: 'error',
  // Addresses of binaries are then their paths from here.
  base: `/${folder}/`,
  ssr: { noExternal: true },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    ssr: 'scripts/recorder/index.ts',
    ssrEmitAssets: true,
    outDir: folder,
    copyPublicDir: false,
    assetsInlineLimit: 0,
  },
});
const { record } = await import(pathToFileURL(resolve(folder, 'index.js')).href);
await record(process.argv.slice(2));
