/**
 * `npm run bench -- models`: trains every named model from the numbers of its reference and prints
 * the end of its losses beside the reference's, then the parameters of released models, counted and
 * published. Fails where a loss is off by more than the tests allow, or a total by over one per cent.
 *
 * The function gives a sentence for each.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

/** Of the loss: float32 against double precision, over some ten steps. */
const tolerance = 2e-4;

export default async function models() {
  // Where it finds itself in Node, TensorFlow.js expects what CommonJS modules are given.
  globalThis.require = createRequire(import.meta.url);
  globalThis.__dirname = import.meta.dirname;
  const at = await bundle({ named: 'bench/named/index.ts' }, '.cache/bench-named');
  const { named, accounting, start } = await import(pathToFileURL(at('named')).href);
  await start('wasm');

  const rows = [];
  for (const { name, reference, train } of named) {
    const losses = await train();
    const off = losses.map((loss, i) => Math.abs(loss - reference[i]) / Math.abs(reference[i]));
    rows.push({
      model: name,
      steps: reference.length,
      'first loss': digits(losses[0]),
      'last loss': digits(losses.at(-1)),
      reference: digits(reference.at(-1)),
      'largest difference': Math.max(...off),
    });
  }
  console.table(
    rows.map((row) => ({
      ...row,
      'largest difference': row['largest difference'].toExponential(1),
    })),
  );
  const counted = accounting();
  console.table(
    counted.map(({ model, published, total, active, counts }) => ({
      model,
      'total, published (B)': published.total,
      'total, counted': digits(total, 5),
      'total, difference': percent(total, published.total),
      'active, published (B)': published.active,
      'active, counted': digits(active, 5),
      'active, difference': percent(active, published.active),
      'active counts': counts,
    })),
  );

  const wrong = [
    ...rows
      .filter((row) => !(row['largest difference'] <= tolerance))
      .map(({ model }) => `${model}: the losses are not the reference’s.`),
    ...counted
      .filter(({ total, published }) => !(Math.abs(total / published.total - 1) < 0.01))
      .map(({ model }) => `${model}: the total is over one per cent off.`),
  ];
  return wrong;
}

const digits = (x, count = 6) => Number(x.toPrecision(count));
const percent = (ours, published) =>
  `${ours >= published ? '+' : '−'}${Math.abs(100 * (ours / published - 1)).toFixed(2)} %`;
