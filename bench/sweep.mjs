/**
 * `npm run bench -- sweep`: a step of several small models of one shape beside the step of one. Seven
 * are trained side by side (station 06's price of balance); from these and one follows, in a straight
 * line, what 24 would take. Then station 12's 24 models, as a page trains them that thinks it has two
 * cores, three, and those there are: one worker, two, and all that fit.
 */
import { availableParallelism } from 'node:os';
import { openBrowser } from './browser.mjs';
import { rounded } from './compare.mjs';

export default async function alone() {
  const { page, close } = await openBrowser();
  try {
    for (const rung of ['wasm', 'webgpu']) {
      const [one, seven] = await page.evaluate(
        async ([where, rounds]) => (await import('/bench/sweep.ts')).sweep(where, rounds),
        [rung, 15],
      );
      const each = (seven.stepMs - one.stepMs) / (seven.models - one.models);
      const of24 = (one.stepMs + 23 * each) / one.stepMs;
      console.log(
        `${rung}: one model ${rounded(one.stepMs)} ms a step, seven side by side ${rounded(seven.stepMs)} ms, ${rounded(seven.stepMs / one.stepMs)} times as long${one.dispatches ? ` (${one.dispatches} and ${seven.dispatches} commands)` : ''}; each model more takes ${rounded(each)} ms, so 24 take ${rounded(of24)} times as long as one, where one after another takes 24.`,
      );
    }
  } finally {
    await close();
  }
  const all = availableParallelism();
  for (const cores of [...new Set([2, 3, all])].filter((count) => count > 1)) await divided(cores);
}

/** Steps of each model: a sixth of what the station trains. */
const lastStep = 100;

export async function divided(cores) {
  const { page, close } = await openBrowser({ cores });
  try {
    const { seconds, atOnce } = await page.evaluate(
      async (steps) => (await import('/bench/sweep.ts')).whole(steps),
      lastStep,
    );
    console.log(
      `wasm, two-maps, 24 models of ${lastStep} steps: ${rounded(seconds)} s with ${atOnce} at a time.`,
    );
  } finally {
    await close();
  }
}
