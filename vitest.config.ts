import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { chromium, chromiumFlags } from './scripts/chromium.mjs';
import { tensorflow as tensorflowImports } from './scripts/tensorflow.mjs';

// TensorFlow.js ships CommonJS and ES modules side by side; one copy must serve
// both the package and its deep imports, so Vite processes it (tf.ts explains).
const tensorflow = { deps: { inline: [/@tensorflow/] } };

/**
 * Nothing is judged by the clock, so this only ends what hangs: tens of times what the longest test
 * takes on two quiet cores. Speed is the benchmark's.
 */
const patience = {
  testTimeout: 900_000,
  hookTimeout: 900_000,
  expect: { poll: { timeout: 300_000 } },
};

/**
 * Files that take a minute or more, started first: at the end of the line, one core would wait for
 * them. On a fresh machine Vitest knows nothing but the sizes of files.
 */
const longest = ['lab/recorded-runs', 'pytorch/exports', 'views/views'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.includes(name));
      return at < 0 ? longest.length : at;
    };
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}

/**
 * Files that share what they import, file after file: whoever stubs a global or sets a backend there
 * sets it back, or sets its own at the top (useBackend). Models do so on WebGPU anyway.
 */
const inOneWorld = [
  'test/{views,course,reader,components,site,lab}/**/*.test.{ts,tsx}',
  'test/model/*.test.ts',
];
/**
 * A world of their own have those that put modules in others' places or load them anew, or fill
 * WebAssembly's memory.
 */
const apart = ['test/lab/{recorder,recorded-runs,rounds}.test.ts', 'test/reader/models.test.ts'];

const inNode = {
  // Vitest would leave one of them idle, which of two is half.
  maxWorkers: '100%',
  server: tensorflow,
  ...patience,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    teardownTimeout: 120_000,
    // What TensorFlow.js says to everybody who runs it in Node.
    onConsoleLog: (words) => !/TensorFlow\.js in Node|Platform node has already/.test(words),
    projects: [
      {
        // Models, engine logic, lab logic: the CPU backend in Node, each file in a world of its own.
        test: {
          ...inNode,
          name: 'node',
          include: ['test/{tensor,engine,notebook,model/*}/**/*.test.ts', ...apart],
          exclude: ['**/*.webgpu.test.ts'],
        },
      },
      {
        // Those that leave the world as they found it: half of their time went into imports.
        test: {
          ...inNode,
          name: 'node, one world',
          isolate: false,
          include: inOneWorld,
          exclude: apart,
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
          // In one page, so that a shader compiled for one file serves the next.
          isolate: false,
          include: [
            'test/model/*.test.ts',
            'test/tensor/everywhere/*.test.ts',
            'test/{tensor,engine}/**/*.webgpu.test.ts',
          ],
          ...patience,
          browser: {
            enabled: true,
            headless: true,
            connectTimeout: 300_000,
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
