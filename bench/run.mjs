/**
 * `npm run bench`, `npm run bench -- --quick`: the training step of station 06, plain and
 * replayed, in one headless Chromium. Prints a table and writes bench/results.json; fails if the
 * losses disagree or a replayed step takes more than a twentieth of the plain one's JavaScript.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumFlags, chromium as findChromium } from '../scripts/chromium.mjs';
import { tensorflow } from '../scripts/tensorflow.mjs';

const quick = process.argv.includes('--quick');
const server = await createServer({
  root: process.cwd(),
  configFile: false,
  logLevel: 'warn',
  // A cache of its own: another server's would be thrown away with every run.
  cacheDir: 'node_modules/.vite-bench',
  optimizeDeps: { include: tensorflow },
  server: { host: '127.0.0.1', port: 4391, hmr: false },
});
await server.listen();
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
let result;
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto('http://127.0.0.1:4391/bench/index.html');
  await page.waitForFunction('globalThis.run', undefined, { timeout: 120_000 });
  page.setDefaultTimeout(quick ? 300_000 : 900_000);
  result = await page.evaluate((fast) => globalThis.run(fast), quick);
} finally {
  await browser.close();
  await server.close();
}

const [eager, replayed, batched, wasm] = result.rows;
const apart = (row) =>
  Math.max(...row.losses.map((loss, i) => Math.abs(loss - eager.losses[i]) / eager.losses[i]));
const rows = result.rows.map((row) => ({
  step: row.name,
  'steps per submit': row.stepsPerSubmit,
  'ms per step': rounded(row.msPerStep),
  'JavaScript ms per step': rounded(row.jsMsPerStep),
  dispatches: row.dispatches,
  'loss after 100 steps': rounded(row.losses[99], 6),
  'largest relative difference of a loss': apart(row).toExponential(1),
}));
console.table(rows);
console.log(`adapter: ${result.adapter}; ${cpus().length} × ${cpus()[0].model.trim()}`);
const ratio = eager.jsMsPerStep / batched.jsMsPerStep;
console.log(`JavaScript per step: ${rounded(ratio)} times less when replayed`);
writeFileSync(
  'bench/results.json',
  `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), adapter: result.adapter, cpu: cpus()[0].model.trim(), quick, rows }, undefined, 2)}\n`,
);

const complaints = [
  [
    apart(replayed) > 1e-5 || apart(batched) > 1e-5,
    'The replayed losses differ from the plain ones.',
  ],
  // Another backend adds in another order; the balance of experts may tip differently later on.
  [!(apart(wasm) < 0.5), 'The losses on WebAssembly are not those on WebGPU.'],
  [ratio < 20, 'A replayed step should take at most a twentieth of the JavaScript.'],
].filter(([wrong]) => wrong);
for (const [, words] of complaints) console.error(words);
process.exit(complaints.length ? 1 : 0);

function rounded(x, digits = 3) {
  return Number(x.toPrecision(digits));
}
