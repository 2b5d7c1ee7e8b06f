/** Collapse and recovery of the mixture of station 06, seed by seed: the numbers its text quotes. */
import * as tf from '../src/tensor/tf';
import { trainMixture } from '../test/model/training';

const steps = 900;
const changeAt = 300;

interface Case {
  balancer: string;
  /** Balancer from step `changeAt` on. */
  changeTo?: string;
  balanceStrength?: number;
  router?: string;
}

const cases: Record<string, Case> = {
  'no balancer': { balancer: 'none' },
  'Switch loss from step 300': { balancer: 'none', changeTo: 'switch' },
  'importance loss from step 300': { balancer: 'none', changeTo: 'importance' },
  'selection bias from step 300': { balancer: 'none', changeTo: 'bias' },
  'Switch loss from the start': { balancer: 'switch' },
  'importance loss from the start': { balancer: 'importance' },
  'selection bias from the start': { balancer: 'bias' },
  'weak Switch loss (0.1) from step 300': {
    balancer: 'none',
    changeTo: 'switch',
    balanceStrength: 0.1,
  },
  'noisy router, no balancer': { balancer: 'none', router: 'noisy-top-k' },
  'noisy router, importance loss from the start': {
    balancer: 'importance',
    router: 'noisy-top-k',
  },
  'noisy router, importance loss from step 300': {
    balancer: 'none',
    changeTo: 'importance',
    router: 'noisy-top-k',
  },
};

export async function measure(seeds: number, only?: string): Promise<void> {
  await tf.loadBackend.wasm();
  if (!(await tf.setBackend('wasm'))) throw new Error('WebAssembly could not be started.');
  for (const [words, { changeTo, ...settings }] of Object.entries(cases)) {
    if (only && !words.includes(only)) continue;
    const runs = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const changes = changeTo ? [{ step: changeAt, name: 'balancer', value: changeTo }] : [];
      runs.push(await trainMixture(settings, seed, steps, changes));
    }
    console.log(`\n${words} (${seeds} seeds; median, least to most)`);
    for (const step of [50, 100, 200, 300, 350, 400, 500, 600, 900]) {
      const at = runs.map((run) => stateAt(run, step));
      const dead = at.map((state) => state.dead).join(' ');
      console.log(
        `  step ${step}: two busiest ${spread(at.map((state) => state.topTwo))}, MaxVio ${spread(at.map((state) => state.maxVio))}, task loss ${spread(at.map((state) => state.loss))}, dead ${dead}`,
      );
    }
    const last = runs.map((run) => stateAt(run, changeAt).topTwo.toFixed(2)).join(' ');
    console.log(`  two busiest at step ${changeAt}, by seed: ${last}`);
  }
}

/** Means over the 20 steps up to `step`; dead is below a fiftieth of the fair share. */
function stateAt({ load, loss }: { load: number[][]; loss: number[] }, step: number) {
  const rows = load.slice(Math.max(0, step - 20), step);
  const shares = rows[0]
    .map((_, expert) => mean(rows.map((row) => row[expert])))
    .sort((a, b) => b - a);
  return {
    topTwo: shares[0] + shares[1],
    maxVio: shares[0] * shares.length - 1,
    loss: mean(loss.slice(Math.max(0, step - 20), step)),
    dead: shares.filter((share) => share * shares.length < 0.02).length,
  };
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function spread(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return `${median.toFixed(2)} (${sorted[0].toFixed(2)} to ${sorted.at(-1)!.toFixed(2)})`;
}
