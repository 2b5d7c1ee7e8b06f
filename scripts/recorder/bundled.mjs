/** The recorder, made runnable in Node: it is TypeScript, and shares every line with the page. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

// Where it finds itself in Node, TensorFlow.js expects what CommonJS modules are given.
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = resolve(import.meta.dirname, '..');

/** The module `scripts/recorder/<name>.ts`. */
export async function recorder(name) {
  // Bundled first: TensorFlow.js mixes module formats of which Node takes the wrong ones.
  const folder = `.cache/${name}`;
  await build({
    configFile: false,
    logLevel: 'error',
    // Addresses of binaries are then their paths from here.
    base: `/${folder}/`,
    ssr: { noExternal: true },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      ssr: `scripts/recorder/${name}.ts`,
      ssrEmitAssets: true,
      outDir: folder,
      copyPublicDir: false,
      assetsInlineLimit: 0,
    },
  });
  return import(pathToFileURL(resolve(folder, `${name}.js`)).href);
}
