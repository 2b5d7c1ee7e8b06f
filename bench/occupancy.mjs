/**
 * `npm run bench -- occupancy [case …]`: what each command of a step starts, in both variants of our
 * programs (src/tensor/ops/variant.ts): workgroups, invocations, and the longest chain of terms that
 * one invocation goes through in turn. No GPU computes: the commands go to a device that only listens.
 *
 * Gives a sentence for each command that would leave a graphics processor empty: in the variant
 * for hardware a chain of more than 64 terms in fewer than 64 workgroups; or a program with a loop
 * that does not say how long it is.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.mjs';

const longest = 64;
const fewest = 64;

export default async function occupancy(names) {
  // Where it finds itself in Node, TensorFlow.js expects what CommonJS modules are given.
  globalThis.require = createRequire(import.meta.url);
  globalThis.__dirname = import.meta.dirname;
  const at = await bundle({ steps: 'bench/occupancy/steps.ts' }, '.cache/bench-occupancy');
  const { start, steps } = await import(pathToFileURL(at('steps')).href);
  await start();
  const found = await steps(names);
  for (const [name, variants] of Object.entries(found))
    for (const [variant, rows] of Object.entries(variants)) {
      console.log(`\n${name}, ${variant}: ${rows.length} commands`);
      console.table(rows.map((row) => ({ ...row, chain: row.chain ?? 'not declared' })));
    }
  return complaints(found);
}

/** Sentences for { case → { variant → rows } }. */
export function complaints(found) {
  return Object.entries(found).flatMap(([name, variants]) =>
    Object.entries(variants).flatMap(([variant, rows]) =>
      rows.flatMap(({ op, program, groups, chain }) => {
        const command = `${name}, ${variant}: ${op} (${program})`;
        if (chain === undefined)
          return [`${command} has a loop and does not say how many terms it goes through.`];
        return variant === 'split' && chain > longest && groups < fewest
          ? [
              `${command} lets one invocation go through ${chain} terms in turn while ${groups} workgroup${groups === 1 ? '' : 's'} start${groups === 1 ? 's' : ''}.`,
            ]
          : [];
      }),
    ),
  );
}
