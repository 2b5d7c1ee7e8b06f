/** The systems that are compared, each opened, run and closed in the same way. */

/** System, worker of the page, backend; `switchyard` is us. */
const inBrowser = [
  ['switchyard', 'ours', 'webgpu'],
  ['switchyard', 'ours', 'wasm'],
  ['jax-js', 'jax', 'webgpu'],
  ['jax-js', 'jax', 'wasm'],
  ['tensorflow.js', 'plain', 'webgpu'],
  ['tensorflow.js', 'plain', 'wasm'],
];

/** All systems' runners of a case; `torch`: as torch.mjs opened it, if at all. */
export function runnersOf(page, torch, name) {
  const runners = inBrowser.map(([system, worker, backend]) => {
    const ask = (method, ...args) =>
      page.evaluate(
        ([w, b, m, a]) => globalThis.bench.ask(w, b, m, ...a),
        [worker, backend, method, args],
      );
    return {
      system,
      backend,
      open: () =>
        page.evaluate(([w, b, n]) => globalThis.bench.open(w, b, n), [worker, backend, name]),
      run: (count, which) => ask('run', count, which),
      close: () => ask('close'),
    };
  });
  if (!torch) return runners;
  const open = async () =>
    torch.open(await page.evaluate((n) => globalThis.bench.exported(n), name));
  return [...runners, { system: 'pytorch', backend: 'cpu', open, run: torch.run }];
}
