import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';
import course from './course.config.ts';
import { leanPlot } from './scripts/plot.mjs';
import { leanTensorflow, tensorflow, tensorflowForPages } from './scripts/tensorflow.mjs';
import { policy } from './src/integrations/csp.ts';
import { classesNotStyles } from './src/integrations/highlight.ts';
import { math } from './src/integrations/math.ts';
import { relative, relativeAssets } from './src/integrations/relative.ts';

/** Every figure in every state, for whoever works on them: a page of `npm start` alone. */
const gallery = {
  name: 'gallery',
  hooks: {
    'astro:config:setup': ({ command, injectRoute }) => {
      if (command === 'dev')
        injectRoute({
          pattern: '/gallery/[...view]',
          entrypoint: './src/components/gallery/Gallery.astro',
        });
    },
  },
};

export default defineConfig({
  site: course.site,
  trailingSlash: 'always',
  devToolbar: { enabled: false },
  // Everything in files of its own: an inline style would need a hash, and relative() rewrites pages.
  build: { inlineStylesheets: 'never' },
  security: { csp: policy },
  markdown: {
    processor: satteri({ features: { math: true }, mdastPlugins: [math()] }),
    shikiConfig: { theme: 'css-variables', transformers: [classesNotStyles] },
  },
  // Babel reads what holds JSX, and nothing else: of some 600 modules it would take most of the time.
  integrations: [
    preact({ include: ['**/*.tsx'] }),
    mdx(),
    relative({ site: course.site }),
    gallery,
  ],
  vite: {
    plugins: [relativeAssets(), tensorflowForPages(), { ...leanPlot(), apply: 'build' }],
    worker: { format: 'es', plugins: () => [leanTensorflow()] },
    optimizeDeps: { include: tensorflow },
    build: { assetsInlineLimit: 0 },
  },
});
