/**
 * `npm run bench -- profile case [case …]`: where the time of our captured step goes on WebGPU, the
 * longest first. Kernels are named by their operation and the workgroups they start.
 */
import { openBrowser } from './browser.mjs';
import { rounded } from './compare.mjs';

export default async function profile(names) {
  const { page, close } = await openBrowser();
  try {
    for (const name of names.length ? names : ['classifier-8']) {
      await page.evaluate((n) => globalThis.bench.open('ours', 'webgpu', n), name);
      const ask = (method, ...args) =>
        page.evaluate(([m, a]) => globalThis.bench.ask('ours', 'webgpu', m, ...a), [method, args]);
      await ask('run', 2, 'last');
      const { stepMs } = await ask('run', 5, 'last');
      const parts = await ask('profile');
      await ask('close');
      const commands = parts.reduce((sum, part) => sum + part.commands, 0);
      console.log(`\n${name}: ${rounded(stepMs)} ms per step, ${commands} commands`);
      console.table(
        parts.slice(0, 25).map(({ op, commands, ms }) => ({ op, commands, ms: rounded(ms) })),
      );
    }
  } finally {
    await close();
  }
}
