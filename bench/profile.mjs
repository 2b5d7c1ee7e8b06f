/**
 * `npm run bench -- profile case [case …]`: where the time of our captured step goes on WebGPU, the
 * longest first. Kernels are named by their operation and the workgroups they start.
 */
import { openBrowser } from './browser.mjs';
import { rounded } from './compare.mjs';

/** { stepMs, parts: [{ op, commands, ms }] } of a case on the page, times rounded. */
export async function profileOf(page, name) {
  await page.evaluate((n) => globalThis.bench.open('ours', 'webgpu', n), name);
  const ask = (method, ...args) =>
    page.evaluate(([m, a]) => globalThis.bench.ask('ours', 'webgpu', m, ...a), [method, args]);
  await ask('run', 2, 'last');
  const { stepMs } = await ask('run', 5, 'last');
  const parts = await ask('profile');
  await ask('close');
  return {
    stepMs: rounded(stepMs),
    parts: parts.map(({ op, commands, ms }) => ({ op, commands, ms: rounded(ms) })),
  };
}

export default async function alone(names) {
  const { page, close } = await openBrowser();
  try {
    for (const name of names.length ? names : ['classifier-8']) {
      const { stepMs, parts } = await profileOf(page, name);
      const commands = parts.reduce((sum, part) => sum + part.commands, 0);
      console.log(`\n${name}: ${stepMs} ms per step, ${commands} commands`);
      console.table(parts.slice(0, 25));
    }
  } finally {
    await close();
  }
}
