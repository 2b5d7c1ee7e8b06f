import { describe, expect, it } from 'vitest';
import classifier8 from '../../bench/cases/classifier-8';
import classifier64 from '../../bench/cases/classifier-64';
import classifierSmall from '../../bench/cases/classifier-small';
import type { Case } from '../../bench/cases/types';
import { sessionOf } from '../../bench/models/session';
import { valuesOf } from '../../bench/values';
import { CapturedTrainer } from '../../src/engine/capture/captured';
import type { Work } from '../../src/model/experiments/train';
import { webgpuBackend } from '../../src/tensor/internals';
import type { Command } from '../../src/tensor/listener';
import { granted } from '../../src/tensor/ops/program';
import { normal } from '../../src/tensor/random';
import * as tf from '../../src/tensor/tf';
import { useWebGPU } from '../engine/fixtures/faults';
import { lossesOnCPU, onCPU, withBindings } from '../engine/fixtures/twins';
import { expectClose } from '../model/backend';
import { capturedUncompiled } from '../model/uncompiled';

useWebGPU();

async function work(chosen: Case): Promise<Work> {
  const session = sessionOf(chosen, await valuesOf(chosen));
  const live = { learningRate: chosen.learningRate };
  return { session, seed: 1, live, inputs: {}, step: 0 };
}

/** The same on fewer rows, since the CPU takes a second for a step of all. */
const ofRows = (chosen: Case, rows: number) =>
  ({ ...chosen, config: { ...chosen.config, rows } }) as Case;

/** The commands of a captured step, by what gave them. */
function byOp(trainer: CapturedTrainer): Record<string, number> {
  const { steps } = trainer.capture as unknown as { steps: Command[][] };
  const counts: Record<string, number> = {};
  for (const command of steps[0]) {
    const name = 'grid' in command ? command.op : `${command.op} (copy)`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('the step of a mixture of experts', () => {
  it('takes at most 20 commands, and none of TensorFlow.js but a product', async () => {
    const trainer = await capturedUncompiled(await work(classifier8));
    expect(trainer.dispatches, JSON.stringify(byOp(trainer))).toBeLessThanOrEqual(20);
    for (const name of Object.keys(byOp(trainer)))
      expect(name).toMatch(/^(Switchyard\w+|BatchMatMul|no kernel)$/);
    trainer.dispose();
  });

  it('takes few more where a shader binds eight tensors', async () => {
    granted.bindings = 8;
    const trainer = await capturedUncompiled(await work(classifier8));
    granted.bindings = Number.POSITIVE_INFINITY;
    expect(trainer.dispatches, JSON.stringify(byOp(trainer))).toBeLessThanOrEqual(22);
    trainer.dispose();
  });

  it('takes hardly more with 64 experts', async () => {
    const trainer = await capturedUncompiled(await work(classifier64));
    expect(trainer.dispatches, JSON.stringify(byOp(trainer))).toBeLessThanOrEqual(26);
    trainer.dispose();
  });

  it.each([
    ['the small classifier', classifierSmall, 20],
    ['a wider one on fewer rows', ofRows(classifier8, 96), 20],
  ] as const)('%s: steps with kernels lose what they lose on the CPU', async (_, chosen, steps) => {
    const captured = await CapturedTrainer.of(webgpuBackend()!, await work(chosen));
    await captured.advance(steps).done;
    const got = (await captured.read(false)).metrics.loss.data;
    captured.dispose();

    const want = await lossesOnCPU(await work(chosen), steps);
    expect(got.length).toBe(steps);
    expect(want[steps - 1]).toBeLessThan(0.95 * want[0]);
    got.forEach((loss, i) => {
      expect(Math.abs(loss - want[i]) / want[i], `step ${i + 1}`).toBeLessThan(1e-4);
    });
  });
});

it.each([8, 10])(
  'a layer with a bias gives what its parts give, with %i bindings',
  async (most) => {
    const [rows, inputs, outputs] = [37, 12, 7];
    const leaves = [
      normal([rows, inputs], 1, 1, 'x'),
      normal([inputs, outputs], 1, 1, 'weight'),
      normal([rows, outputs], 1, 1, 'onto'),
      normal([outputs], 1, 1, 'bias'),
    ] as tf.Tensor[];
    const weights = normal([rows, outputs], 1, 2, 'weights');
    const run = () =>
      tf.grads((x, weight, onto, bias) =>
        tf.sum(
          tf.mul(tf.linear(x as tf.Tensor2D, weight, { onto: onto as tf.Tensor2D, bias }), weights),
        ),
      )(leaves);
    const [x, weight, onto, bias] = leaves;
    const y = () => tf.linear(x as tf.Tensor2D, weight, { onto: onto as tf.Tensor2D, bias });
    const [want, wantY] = onCPU(() => [run(), y()] as const);
    const got = withBindings(most, run);
    for (const [i, gradient] of got.entries())
      await expectClose(gradient, await want[i].data(), 2e-5);
    await expectClose(y(), await wantY.data(), 2e-5);
  },
);
