/**
 * How many times longer our step takes with 64 experts than with 8, at equal k and batch: the two
 * in turn, since between whole cases the machine may have changed its mind.
 * `npm run bench -- scaling` measures only this.
 */
import { openBrowser } from './browser.mjs';
import { median, rounded } from './compare.mjs';
import { runnersOf } from './runners.mjs';

/** { few, many, ratio } of medians for a backend: `few` and `many` in milliseconds per step. */
export async function scaling(page, backend, rounds = 7) {
  const times = { 'classifier-8': [], 'classifier-64': [] };
  for (let round = 0; round < rounds; round++)
    for (const [name, found] of Object.entries(times)) {
      const runner = runnersOf(page, undefined, name).find(
        (one) => one.system === 'switchyard' && one.backend === backend,
      );
      await runner.open();
      // The first steps after opening touch their memory for the first time.
      await runner.run(20, 'last');
      found.push((await runner.run(20, 'last')).stepMs);
      await runner.close();
    }
  const [few, many] = Object.values(times).map(median);
  return { few, many, ratio: many / few };
}

export default async function alone() {
  const { page, close } = await openBrowser();
  try {
    for (const backend of ['webgpu', 'wasm']) {
      const { few, many, ratio } = await scaling(page, backend);
      console.log(
        `${backend}: ${rounded(few)} ms with 8 experts, ${rounded(many)} ms with 64, ${rounded(ratio)} times as long.`,
      );
    }
  } finally {
    await close();
  }
}
