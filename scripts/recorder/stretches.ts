/** Cuts the stretches that a reader plays out of what the recorded routers of `cache` chose. */
import { writeFile } from 'node:fs/promises';
import {
  routers,
  rows,
  type Stretches,
  variants,
  written,
} from '../../src/labs/serving/shared/stretches';
import { freshLines } from '../../src/model/experiments/language-model/shared/corpus';
import { callsOf, fromModel } from '../../src/model/serving/trace';
import { decode } from '../../src/model/tasks/yard';
import * as tf from '../../src/tensor/tf';
import { modelFor } from './models';

const file = 'src/labs/serving/shared/stretches.json';

export async function writeStretches(): Promise<void> {
  await tf.loadBackend.wasm();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started.');
  const { rows: lines } = freshLines();
  const stretches: Stretches = {
    texts: rows.map((row) => decode(lines.slice(row * 65, row * 65 + 64))),
    choices: { none: [], bias: [], batch: [], sequence: [] },
  };
  for (const [evenness, variant] of Object.entries(variants))
    for (const seed of routers) {
      const model = await modelFor({ lab: 'cache', variant }, undefined, undefined, seed);
      const trace = fromModel(model);
      const last = trace.layers.at(-1)!;
      stretches.choices[evenness as keyof typeof variants].push(
        rows.map((row) => written(callsOf(trace, last.chosen, [row]))),
      );
    }
  await writeFile(file, `${JSON.stringify(stretches, null, 2)}\n`);
  console.log(`${file}: ${rows.length} stretches of ${routers.length} routers each.`);
}
