import { satteri } from '@astrojs/markdown-satteri';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';
import course from './course.config.ts';
import { leanTensorflow, tensorflow, tensorflowForPages } from './scripts/tensorflow.mjs';
import { policy } from './src/integrations/csp.ts';
import { classesNotStyles } from './src/integrations/highlight.ts';
import { math } from './src/integrations/math.ts';
import { relative, relativeAssets } from './src/integrations/relative.ts';

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
  integrations: [preact(), mdx(), relative({ site: course.site })],
  vite: {
    plugins: [relativeAssets(), tensorflowForPages()],
    worker: { format: 'es', plugins: () => [leanTensorflow()] },
    optimizeDeps: { include: tensorflow },
    build: { assetsInlineLimit: 0 },
  },
});
