/** One rung of the ladder, tried by training the reference on it. */
import * as tf from '../../tensor/tf';
import { type Patience, within } from '../clock';
import { mark } from '../marks';
import type { RungReport } from '../protocol';
import { sentence } from '../sentence';
import type { Graphics } from './adapter';
import type { ComputingRung } from './backend';
import { startDevice } from './device';
import { expectedLoss, referenceSession, steps } from './reference';
import { trainerFor } from './trainer-for';

export const names: Record<ComputingRung, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
};

/** Seconds in which a rung has taken the reference's steps, or is given up. */
const seconds = 30;

/**
 * Trains the reference session on one rung. A rung that fails in any way is refused in words; it is
 * never waited for longer than its time.
 */
export async function attempt(
  rung: ComputingRung,
  graphics: Graphics,
  patience: Patience,
): Promise<RungReport> {
  const name = names[rung];
  const device = rung === 'webgpu' ? graphics.name : undefined;
  if (rung === 'webgpu' && !graphics.adapter)
    return { rung, usable: false, reason: graphics.missing ?? `${name} has no adapter.` };
  try {
    const words = `it did not come to an end within ${seconds} seconds`;
    const { stepMs, loss } = await within(patience, seconds * 1000, words, async (late) => {
      await tf.loadBackend[rung]();
      mark('backend loaded');
      if (rung === 'webgpu') await startDevice(graphics.adapter!, late);
      late.throwIfAborted();
      if (!(await tf.setBackend(rung))) throw new Error('it could not be started');
      mark('device there');
      const trained = await trial(late);
      mark('reference trained');
      return trained;
    });
    if (!(Math.abs(loss - expectedLoss) < 1e-3))
      return {
        rung,
        usable: false,
        device,
        reason: `${name} computes wrongly here: a loss of ${loss} where ${expectedLoss} is right.`,
      };
    const reason = `${name}: ${Number(stepMs.toPrecision(2))} ms per small training step.`;
    return { rung, usable: true, stepMs, device, reason };
  } catch (error) {
    return { rung, usable: false, device, reason: `${name} failed: ${sentence(error)}` };
  }
}

async function trial(late: AbortSignal): Promise<{ stepMs: number; loss: number }> {
  const session = referenceSession();
  const work = { session, seed: 1, live: {}, inputs: {}, step: 0 };
  const { trainer } = await trainerFor(work);
  try {
    late.throwIfAborted();
    await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
    await trainer.read(false);
    late.throwIfAborted();
    const started = performance.now();
    await trainer.advance(steps, Number.POSITIVE_INFINITY).done;
    const stepMs = (performance.now() - started) / steps;
    const { metrics } = await trainer.read(false);
    return { stepMs, loss: metrics.loss.data.at(-1)! };
  } finally {
    trainer.dispose();
    for (const tensor of Object.values(session.state)) tensor.dispose();
    session.dispose?.();
  }
}
