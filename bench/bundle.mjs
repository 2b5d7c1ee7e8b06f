/** Sources as modules for Node, with TensorFlow.js inside: it mixes formats of which Node takes the wrong one. */
import { resolve } from 'node:path';
import { build } from 'vite';

/**
 * `entries`: name → source file. Binaries are found by paths below `base`, from where Node runs.
 * `alias`: module → file, of packages that are not the project's.
 */
export async function bundle(entries, folder, { base = `/${folder}/`, alias } = {}) {
  await build({
    configFile: false,
    logLevel: 'error',
    base,
    resolve: { alias },
    ssr: { noExternal: true },
    build: {
      ssr: true,
      ssrEmitAssets: true,
      outDir: folder,
      copyPublicDir: false,
      assetsInlineLimit: 0,
      rollupOptions: { input: entries },
    },
  });
  return (name) => resolve(folder, `${name}.js`);
}
