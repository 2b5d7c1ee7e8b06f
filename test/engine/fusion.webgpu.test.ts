/** Steps whose commands were put together, beside the same steps as they were recorded. */
import { expect, it } from 'vitest';
import classifier from '../../bench/cases/classifier-8';
import fit from '../../bench/cases/fit';
import transformer from '../../bench/cases/transformer-mha';
import type { Case } from '../../bench/cases/types';
import { sessionOf } from '../../bench/models/session';
import { valuesOf } from '../../bench/values';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import type { Work } from '../../src/model/experiments/train';
import { type Command, webgpuBackend } from '../../src/tensor/internals';
import { useWebGPU } from './fixtures/faults';
import { fused } from './fixtures/fused';

useWebGPU();

async function work(chosen: Case): Promise<Work> {
  const session = sessionOf(chosen, await valuesOf(chosen));
  return { session, seed: 1, live: { learningRate: 0.003 }, inputs: {}, step: 0 };
}

const captured = async (chosen: Case) => CapturedTrainer.of(webgpuBackend()!, await work(chosen));

function operations(trainer: CapturedTrainer): string {
  const { steps } = trainer.capture as unknown as { steps: Command[][] };
  return steps[0].map(({ op }) => op).join('\n');
}

/** Losses and state after some steps. */
async function after(trainer: CapturedTrainer, steps: number) {
  await trainer.advance(steps).done;
  const { metrics } = await trainer.read(true);
  return { losses: [...metrics.loss.data], state: (await trainer.state()).state };
}

it.each([
  [fit, 8],
  [classifier, 16],
  [transformer, 60],
] as const)('$name: a step takes few commands and computes the same bits', async (chosen, most) => {
  const [plain, less] = [await captured(chosen), await captured(chosen)];
  const before = less.dispatches;
  await fused(less);
  await plain.advance(1).done;
  expect(less.dispatches, operations(less)).toBeLessThanOrEqual(most);
  expect(plain.dispatches).toBe(before);
  const [want, got] = [await after(plain, 5), await after(less, 5)];
  expect(want.losses[5]).toBeLessThan(want.losses[0]);
  expect(got).toEqual(want);
  for (const trainer of [plain, less]) trainer.dispose();
});
