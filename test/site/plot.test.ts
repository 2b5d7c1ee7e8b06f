/** What the build changes in Observable Plot. */
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';
import { leanPlot } from '../../scripts/plot.mjs';

const entry = `
  import * as Plot from '@observablehq/plot';
  globalThis.drawn = Plot.plot({ marks: [Plot.lineY([1, 2]), Plot.dot([1])] });
`;

it('leaves out maps, legends and the half pixel', async () => {
  const { output } = (await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      leanPlot(),
      {
        name: 'entry',
        resolveId: (id: string) => (id === 'entry' ? '\0entry' : undefined),
        load: (id: string) => (id === '\0entry' ? entry : undefined),
      },
    ],
    build: {
      write: false,
      copyPublicDir: false,
      minify: false,
      rolldownOptions: { input: 'entry' },
    },
  })) as Rolldown.RolldownOutput;
  const [chunk] = output;
  const kept = Object.entries((chunk as Rolldown.OutputChunk).modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([file]) => file.replace(/^.*node_modules\//, ''));
  expect(kept).toContain('@observablehq/plot/src/plot.js');
  expect(kept.filter((file) => /d3-geo|plot\/src\/legends\//.test(file))).toEqual([]);
  expect((chunk as Rolldown.OutputChunk).code).not.toContain('devicePixelRatio > 1');
});

it('says when Plot is not as expected', () => {
  const { transform } = leanPlot() as { transform(code: string, id: string): unknown };
  expect(transform('anything', '/x/other/style.js')).toBeUndefined();
  expect(() => transform('export const other = 1;', '/n/@observablehq/plot/src/style.js')).toThrow(
    'style.js of Plot is not as expected: adapt what scripts/plot.mjs changes.',
  );
});
