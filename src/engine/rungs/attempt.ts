/** One rung of the ladder, tried by training the reference on it. */
import * as tf from '../../tensor/tf';
import { type Patience, within } from '../clock';
import { mark } from '../marks';
import type { RungReport } from '../protocol';
import { sentence } from '../sentence';
import type { Graphics } from './adapter';
import { type ComputingRung, use } from './backend';
import { startDevice } from './device';
import { expectedLoss, referenceSession, steps } from './reference';
import { trainerFor } from './trainer-for';

export const names: Record<ComputingRung, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
};

/** Seconds in which a rung has started, and in which it has taken the reference's steps. */
const seconds = 30;

/**
 * Makes the rung's backend current, on a device of its own, without a look at what it computes. A
 * rung that fails in any way is refused in words; it is never waited for longer than its time.
 */
export function start(
  rung: ComputingRung,
  graphics: Graphics,
  patience: Patience,
): Promise<RungReport> {
  return reported(rung, graphics, patience, async (late) => {
    if (rung === 'webgpu' && !graphics.adapter)
      return { usable: false, reason: graphics.missing ?? `${names[rung]} has no adapter.` };
    await tf.loadBackend[rung]();
    mark('backend loaded');
    if (rung === 'webgpu') await startDevice(graphics.adapter!, late);
    late.throwIfAborted();
    if (!(await tf.setBackend(rung))) throw new Error('it could not be started');
    mark('device there');
    return { usable: true, reason: `${names[rung]}: chosen by hand, not measured yet.` };
  });
}

/** Trains the reference session on a rung that was started. */
export function judge(
  rung: ComputingRung,
  graphics: Graphics,
  patience: Patience,
): Promise<RungReport> {
  return reported(rung, graphics, patience, async (late) => {
    await use(rung);
    const { stepMs, loss } = await trial(late);
    mark('reference trained');
    if (!(Math.abs(loss - expectedLoss) < 1e-3))
      return {
        usable: false,
        reason: `${names[rung]} computes wrongly here: a loss of ${loss} where ${expectedLoss} is right.`,
      };
    const reason = `${names[rung]}: ${Number(stepMs.toPrecision(2))} ms per small training step.`;
    return { usable: true, stepMs, reason };
  });
}

/** Starts a rung and trains the reference on it. */
export async function attempt(
  rung: ComputingRung,
  graphics: Graphics,
  patience: Patience,
): Promise<RungReport> {
  const started = await start(rung, graphics, patience);
  return started.usable ? judge(rung, graphics, patience) : started;
}

const tooLong = `it did not come to an end within ${seconds} seconds`;

/** What some work in its time says of a rung, or in words why it failed. */
async function reported(
  rung: ComputingRung,
  { name }: Graphics,
  patience: Patience,
  work: (late: AbortSignal) => Promise<Omit<RungReport, 'rung' | 'device'>>,
): Promise<RungReport> {
  const whose = { rung, device: rung === 'webgpu' ? name : undefined };
  try {
    return { ...whose, ...(await within(patience, seconds * 1000, tooLong, work)) };
  } catch (error) {
    return { ...whose, usable: false, reason: `${names[rung]} failed: ${sentence(error)}` };
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
