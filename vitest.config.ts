import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromium, chromiumFlags } from './scripts/chromium.mjs';
import { tensorflow as tensorflowImports } from './scripts/tensorflow.mjs';

// TensorFlow.js ships CommonJS and ES modules side by side; one copy must serve
// both the package and its deep imports, so Vite processes it (tf.ts explains).
const tensorflow = { deps: { inline: [/@tensorflow/] } };

export default defineConfig({
  test: {
    projects: [
      {
        // Models, engine logic, lab logic: the CPU backend in Node.
        test: {
          name: 'node',
          include: [
            'test/{tensor,model,engine,notebook,lab,views,course,reader,components,site}/**/*.test.{ts,tsx}',
          ],
          exclude: ['**/*.webgpu.test.ts'],
          server: tensorflow,
          testTimeout: 60_000,
        },
      },
      {
        // The same contracts, and what only a browser has: WebGPU in headless Chromium.
        optimizeDeps: {
          include: [
            'preact',
            'preact/hooks',
            'preact/jsx-dev-runtime',
            '@preact/signals',
            ...tensorflowImports,
          ],
        },
        test: {
          name: 'webgpu',
          include: [
            'test/model/**/*.test.ts',
            'test/tensor/everywhere/*.test.ts',
            'test/{tensor,engine}/**/*.webgpu.test.ts',
          ],
          testTimeout: 120_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: chromium(), args: chromiumFlags },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
