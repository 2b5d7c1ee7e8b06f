/**
 * One case on all systems: equal losses first, then interleaved rounds, and the medians. What
 * disturbs the machine for a moment disturbs all systems alike.
 */

/** Losses may differ by this share: another order of additions, times the steps taken. */
export const tolerance = 1e-3;

/**
 * `runners`: { system, backend, open(), run(count, which), close?(), fewest? }. Gives one row each,
 * in their order; a runner that fails gives a row with its error. `fewest`: steps of a round at
 * least, where reading a loss takes as long as several steps.
 */
export async function compare(chosen, runners, { steps, rounds, roundMs }) {
  const rows = [];
  for (const runner of runners) {
    const row = { case: chosen.name, system: runner.system, backend: runner.backend };
    rows.push(row);
    try {
      const { note } = (await runner.open()) ?? {};
      if (note) row.note = note;
      // The first step compiles.
      const first = await runner.run(1, 'all');
      const others = await runner.run(steps - 1, 'all');
      row.losses = [...first.losses, ...others.losses];
      row.slow = others.stepMs > 4 * roundMs;
      row.perRound = Math.max(
        runner.fewest ?? 1,
        Math.min(20, Math.round(roundMs / others.stepMs)),
      );
      row.rounds = row.slow ? [others] : [];
      if (row.slow) row.perRound = steps - 1;
    } catch (error) {
      row.error = String(error.message ?? error).slice(0, 400);
    }
  }
  for (let round = 0; round < rounds; round++)
    for (const [i, runner] of runners.entries()) {
      const row = rows[i];
      // A step far longer than a round has been timed already.
      if (!row.error && !row.slow) row.rounds.push(await runner.run(row.perRound, 'last'));
    }
  for (const runner of runners) await runner.close?.();
  return rows.map((row) => finished(row, steps));
}

function finished({ rounds, losses, perRound, slow, ...row }, steps) {
  if (row.error) return row;
  const middle = (name) => median(rounds.map((round) => round[name]).filter(Number.isFinite));
  const times = rounds.map(({ stepMs }) => stepMs);
  return {
    ...row,
    stepMs: rounded(middle('stepMs')),
    stepMsRange: [rounded(Math.min(...times)), rounded(Math.max(...times))],
    // Of PyTorch there is no JavaScript, and off the GPU there are no dispatches.
    jsMs: rounded(middle('jsMs')) ?? null,
    dispatches: middle('dispatches') ?? 0,
    submits: rounded(middle('submits')) ?? 0,
    gpuBytes: middle('gpuBytes') ?? 0,
    lossEnd: losses.at(-1),
    steps,
    rounds: rounds.length,
    stepsPerRound: perRound,
    losses,
  };
}

/** Sentences for each row whose losses are not those of the others. */
export function disagreements(rows) {
  const whole = rows.filter(({ losses }) => losses);
  const words = rows.flatMap(({ error, ...row }) => (error ? [`${nameOf(row)}: ${error}`] : []));
  for (let step = 0; step < (whole[0]?.losses.length ?? 0); step++) {
    const middle = median(whole.map(({ losses }) => losses[step]));
    for (const row of whole) {
      const apart = Math.abs(row.losses[step] - middle) / middle;
      if (!(apart <= tolerance) && !row.blamed) {
        row.blamed = true;
        words.push(
          `${nameOf(row)}: its loss at step ${step + 1} is ${row.losses[step]}, where ${middle} is the others’.`,
        );
      }
    }
  }
  for (const row of whole) delete row.blamed;
  return words;
}

const nameOf = ({ case: name, system, backend }) => `${name}, ${system} on ${backend}`;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  if (!sorted.length) return undefined;
  return sorted.length % 2 ? sorted[Math.floor(half)] : (sorted[half - 1] + sorted[half]) / 2;
}

export const rounded = (x, digits = 3) =>
  x === undefined || !Number.isFinite(x) ? undefined : Number(x.toPrecision(digits));
