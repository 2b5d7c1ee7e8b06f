/** What the engine set itself to reach, beside what this run measured. Says; does not judge. */

/** `grown`: by backend, a step with 64 experts beside one with 8. What was not measured is left out. */
export function targets(rows, grown) {
  const of = (name, system, backend) =>
    rows.find(
      (row) => row.case === name && row.system === system && row.backend === backend && row.stepMs,
    );
  const ours = (name, backend = 'webgpu') => of(name, 'switchyard', backend);
  const over = (a, b) => (a && b ? a.stepMs / b.stepMs : undefined);
  const ahead = (name, backend = 'webgpu') =>
    over(of(name, 'jax-js', backend), ours(name, backend));
  const most = (what, value, limit) => ({
    what,
    measured: value,
    limit: `at most ${limit}`,
    met: value <= limit,
  });
  const least = (what, value, limit) => ({
    what,
    measured: value,
    limit: `at least ${limit}`,
    met: value >= limit,
  });
  const names = [...new Set(rows.map((row) => row.case))];
  return [
    most('dispatches of the classifier’s step', ours('classifier-8')?.dispatches, 20),
    most('its JavaScript, ms per step', ours('classifier-8')?.jsMs, 0.05),
    most('E = 64 over E = 8, time of a step on WebGPU', grown?.webgpu.ratio, 1.5),
    most('E = 64 over E = 8, time of a step on WebAssembly', grown?.wasm.ratio, 1.5),
    most('dispatches of the transformer’s step, MHA', ours('transformer-mha')?.dispatches, 100),
    most('dispatches of the transformer’s step, MLA', ours('transformer-mla')?.dispatches, 100),
    ...names.map((name) =>
      least(`times jax-js on WebGPU, ${name}`, ahead(name), wanted[name] ?? 1),
    ),
    ...names.map((name) => least(`times jax-js on WebAssembly, ${name}`, ahead(name, 'wasm'), 1)),
  ]
    .filter(({ measured }) => measured !== undefined)
    .map(({ met, measured, ...rest }) => ({
      ...rest,
      measured: Number(measured.toPrecision(3)),
      verdict: met ? 'reached' : 'missed',
    }));
}

const wanted = { 'classifier-8': 1.5, 'classifier-small': 3 };
