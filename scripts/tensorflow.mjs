/**
 * Everything of TensorFlow.js that src/tensor imports, deep imports included. Development
 * servers prepare these in one go; found one by one, each would reload the page.
 */
import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('../src/tensor/', import.meta.url);

export const tensorflow = readdirSync(folder)
  .filter((name) => /^(core|tf.*)\.ts$/.test(name))
  .flatMap((name) => [
    ...readFileSync(new URL(name, folder), 'utf8').matchAll(/'(@tensorflow\/[^'?]+)'/g),
  ])
  .map(([, id]) => id)
  .filter((id, i, all) => all.indexOf(id) === i);

/**
 * Ops of src/tensor/ops that only some models use. Nothing happens when they are imported, so each
 * can travel with the models that call it, kernels and all, though tf.ts names it.
 */
const byUse =
  /\/src\/tensor\/ops\/(attention|cross-entropy|embedding|gated-unit|heads|rms-norm|rope)\//;

/**
 * For builds: what TensorFlow.js takes along when imported and nothing here uses is left out, 12 kB
 * compressed: saving models in a browser's storage, optimizers as classes to be read from files,
 * and CPU kernels for strings. And of our own ops, what a model does not use.
 */
export const leanTensorflow = () => ({
  name: 'lean-tensorflow',
  transform(code, id) {
    const path = id.replaceAll('\\', '/');
    if (/tfjs-core\/dist\/io\//.test(path) || byUse.test(path))
      return { code, map: null, moduleSideEffects: false };
    const cut = cuts.find(({ file }) => path.endsWith(file));
    if (!cut) return;
    const lean = code.replace(cut.from, cut.to);
    if (lean === code)
      throw new Error(
        `${cut.file} is not as expected: adapt what scripts/tensorflow.mjs leaves out.`,
      );
    return { code: lean, map: null };
  },
});

/**
 * For pages made on this machine, at build and by the development server: Node takes the wrong one
 * of TensorFlow.js's two module formats, so these environments (Astro has several) bundle it, and
 * the one file of it that calls `require` gets it, which modules do not have.
 */
export const tensorflowForPages = () => ({
  name: 'tensorflow-for-pages',
  configEnvironment: (name) =>
    name === 'client' ? undefined : { resolve: { noExternal: [/@tensorflow/] } },
  transform(code, id) {
    if (this.environment.name === 'client' || !/platforms\/platform_node\.js/.test(id)) return;
    const begin =
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
    return { code: begin + code, map: null };
  },
});

const cuts = [
  { file: 'tfjs-core/dist/index.js', from: 'registerOptimizers();', to: '' },
  {
    file: 'tfjs-core/dist/platforms/platform_browser.js',
    from: /try \{\s*ModelStoreManagerRegistry[^}]*\}\s*catch \(err\) \{\s*\}/g,
    to: '',
  },
  {
    // As imports by name, those that nobody uses can be dropped.
    file: 'tfjs-backend-webgpu/dist/kernel_utils/shared.js',
    from: /import \* as shared from ('[^']+');\s*const \{([^}]*)\} = shared;/,
    to: (_, from, names) => `import {${names.replaceAll(':', ' as')}} from ${from};`,
  },
];
