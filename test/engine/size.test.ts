/** What a reader's browser fetches before the first step on WebGPU, compressed. */
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';
import { leanTensorflow } from '../../scripts/tensorflow.mjs';

// Every sum is there twice, for software and for hardware (src/tensor/ops/variant.ts): 3.5 kB of it.
it('is at most 142 kB', async () => {
  const { output } = (await build({
    configFile: false,
    logLevel: 'error',
    plugins: [leanTensorflow()],
    build: {
      write: false,
      copyPublicDir: false,
      assetsInlineLimit: 0,
      rolldownOptions: { input: 'src/engine/worker/worker.ts' },
    },
  })) as Rolldown.RolldownOutput;
  const chunks = new Map<string, Rolldown.OutputChunk>();
  for (const chunk of output) if (chunk.type === 'chunk') chunks.set(chunk.fileName, chunk);

  // The worker, the WebGPU backend and one experiment, with everything they import.
  const named = (part: string) =>
    [...chunks.values()].find(({ fileName }) => fileName.includes(part))!.fileName;
  const needed = new Set([named('worker'), named('tf-webgpu'), named('moe-balance')]);
  for (const name of needed) for (const other of chunks.get(name)!.imports) needed.add(other);
  const bytes = [...needed].map((name) => gzipSync(chunks.get(name)!.code).length);
  const total = bytes.reduce((sum, size) => sum + size, 0);
  console.log(`Worker code before the first WebGPU step: ${(total / 1000).toFixed(1)} kB gzip`);
  expect(total).toBeLessThan(142_000);
  const code = [...needed].map((name) => chunks.get(name)!.code).join();
  // Nothing of it may hold the other backends, or kernels that this experiment does not use.
  expect(code).not.toContain('XNNPACK');
  expect(code).toContain('SwitchyardRouter');
  expect(code).not.toContain('SwitchyardAttention');
});
