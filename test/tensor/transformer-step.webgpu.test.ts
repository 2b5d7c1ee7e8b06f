import { describe, expect, it } from 'vitest';
import heads from '../../bench/cases/transformer-mha';
import latent from '../../bench/cases/transformer-mla';
import type { Case } from '../../bench/cases/types';
import { sessionOf } from '../../bench/models/session';
import { valuesOf } from '../../bench/values';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import { EagerTrainer } from '../../src/engine/rungs/eager';
import type { Work } from '../../src/model/experiments/train';
import { webgpuBackend } from '../../src/tensor/internals';
import type { Command } from '../../src/tensor/listener';
import { useWebGPU } from '../engine/fixtures/faults';
import { lossesOnCPU, withBindings } from '../engine/fixtures/twins';
import { capturedUncompiled } from '../model/uncompiled';

useWebGPU();

/** The benchmark's decoder on little text, since a software adapter takes seconds for much. */
const onLittle = (chosen: Case) =>
  ({ ...chosen, config: { ...chosen.config, sequences: 2, length: 16 } }) as Case;

async function work(chosen: Case): Promise<Work> {
  const session = sessionOf(chosen, await valuesOf(chosen));
  return { session, seed: 1, live: { learningRate: 0.003 }, inputs: {}, step: 0 };
}

/** Names of the operations that a captured step runs. */
function operations(trainer: CapturedTrainer): string[] {
  const { steps } = trainer.capture as unknown as { steps: Command[][] };
  return steps[0].map(({ op }) => op);
}

describe.each([
  ['by heads', heads, 81],
  ['through a latent', latent, 93],
] as const)('the step of a two-layer transformer with experts, attending %s', (_, full, most) => {
  const chosen = onLittle(full);

  it(`takes at most ${most} commands`, async () => {
    const trainer = await capturedUncompiled(await work(full));
    expect(trainer.dispatches, operations(trainer).join()).toBeLessThanOrEqual(most);
    expect(operations(trainer)).not.toContain('Transpose');
    trainer.dispose();
  });

  it('loses what it loses on the CPU', async () => {
    const steps = 4;
    const captured = await CapturedTrainer.of(webgpuBackend()!, await work(chosen));
    await captured.advance(steps).done;
    const got = (await captured.read(false)).metrics.loss.data;
    captured.dispose();
    const want = await lossesOnCPU(await work(chosen), steps);
    expect(want.length).toBe(steps);
    expect(want[steps - 1]).toBeLessThan(want[0]);
    for (let i = 0; i < steps; i++)
      expect(Math.abs(got[i] - want[i]), `step ${i}`).toBeLessThan(1e-4);
  });

  it('runs where a shader binds eight tensors', async () => {
    const eight = new EagerTrainer(await work(chosen));
    await withBindings(8, () => eight.advance(2, Number.POSITIVE_INFINITY)).done;
    const ten = new EagerTrainer(await work(chosen));
    await ten.advance(2, Number.POSITIVE_INFINITY).done;
    const [got, want] = [await eight.read(false), await ten.read(false)];
    want.metrics.loss.data.forEach((loss, i) => {
      expect(Math.abs(got.metrics.loss.data[i] - loss), `step ${i}`).toBeLessThan(1e-5);
    });
    for (const trainer of [eight, ten]) trainer.dispose();
  });
});
